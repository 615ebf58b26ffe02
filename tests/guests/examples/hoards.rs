//! Makes the host hold large things without end, and keeps them all: bodies written and not sent, fields, or one part of
//! requests never sent.

use routelet_guests::{
    Fields, OutgoingBody, OutgoingRequest, OutgoingResponse, handles, query, wasip2::http::types::Method,
};

handles!(|request, _out| {
    let large = "a".repeat(4 << 20);
    let kind = query(&request, "kind").expect("the test sends it");
    loop {
        match kind.as_str() {
            "bodies" => hold_body(),
            "fields" => hold_fields(),
            part => hold_request(part, &large),
        }
    }
});

/// The body is finished, so that only the response still has it.
fn hold_body() {
    let response = OutgoingResponse::new(Fields::new());
    let body = response.body().expect("a new response has its body");
    let stream = body.write().expect("a new body has its stream");
    while let Ok(permit @ 1..) = stream.check_write() {
        if stream.write(&vec![b'b'; permit as usize]).is_err() {
            break;
        }
    }
    drop(stream);
    let _ = OutgoingBody::finish(body, None);
    std::mem::forget(response);
}

fn hold_fields() {
    let fields = Fields::new();
    for _ in 0..10 {
        fields.append("x", &[b'f'; 5_000]).expect("within what a list of fields may hold");
    }
    std::mem::forget(fields);
}

fn hold_request(part: &str, large: &str) {
    let request = OutgoingRequest::new(Fields::new());
    let _ = match part {
        "methods" => request.set_method(&Method::Other(large.to_owned())),
        "authorities" => request.set_authority(Some(large)),
        "paths" => request.set_path_with_query(Some(&large[..60_000].replacen('a', "/", 1))),
        other => panic!("no kind {other}"),
    };
    std::mem::forget(request);
}
