//! Posts what it knows of `TOKEN` to the URL in the query, in every place a request has, prints it,
//! and tells what it knows and what came back.

use routelet_guests::{
    Fields, IncomingRequest, OutgoingBody, OutgoingRequest, ResponseOutparam, Scheme, query, receive, tell,
    wasip2::http::types::Method,
};
use serde_json::json;
use wasi::config::store;

routelet_guests::native!(
    "package guest:native; world route {
    import wasi:config/store@0.2.0-rc.1;
    export routelet:route/get@0.2.0;
}"
);

struct Handler;

impl exports::routelet::route::get::Guest for Handler {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        let known = std::env::var("TOKEN").unwrap_or_default();
        println!("this guest knows {known}");
        let configured = store::get("TOKEN").expect("the host keeps it in memory");
        let sent = query(&request, "authority").map(|authority| match send(&authority, &known) {
            Ok((status, body)) => json!({ "status": status, "body": String::from_utf8_lossy(&body) }),
            Err(error) => json!({ "error": error }),
        });
        tell(out, &json!({ "env": known, "config": configured, "sent": sent }));
    }
}

fn send(authority: &str, known: &str) -> Result<(u16, Vec<u8>), String> {
    let fields = Fields::new();
    let credentials = routelet_guests::base64(format!("user:{known}").as_bytes());
    for (name, value) in [
        ("authorization", format!("Basic {credentials}")),
        ("x-bearer", format!("Bearer {known}")),
        ("x-twice", format!("{known},{known}")),
        ("x-encoded", credentials.clone()),
    ] {
        fields.append(name, value.as_bytes()).map_err(|e| format!("{e:?}"))?;
    }
    let request = OutgoingRequest::new(fields);
    let path = format!("/{known}?{known}");
    let set = request.set_method(&Method::Post).is_ok()
        && request.set_scheme(Some(&Scheme::Http)).is_ok()
        && request.set_authority(Some(authority)).is_ok()
        && request.set_path_with_query(Some(&path)).is_ok();
    assert!(set, "the test sends an authority");
    let body = request.body().expect("a new request has its body");
    let stream = body.write().expect("a new body has its stream");
    stream.blocking_write_and_flush(known.as_bytes()).map_err(|e| format!("{e:?}"))?;
    drop(stream);
    OutgoingBody::finish(body, None).map_err(|e| format!("{e:?}"))?;
    receive(request)
}

export!(Handler);
