//! Sends a body and the trailer in the query; says in `x-outcome` where it is refused.

use routelet_guests::{Body, Fields, OutgoingBody, handles, query};

handles!(|request, out| {
    let name = query(&request, "name").expect("the test sends it");
    let value = query(&request, "value").expect("the test sends it");
    let trailers = Fields::new();
    let outcome = match trailers.append(&name, value.as_bytes()) {
        Ok(()) => "set".to_owned(),
        Err(error) => format!("{error:?}"),
    };
    let body = Body::begin(out, 200, &[("x-outcome", &outcome), ("trailer", &name)]);
    body.write(b"before the trailer\n");
    body.flush();
    body.finish_by(|body| {
        let _ = OutgoingBody::finish(body, Some(trailers));
    });
});
