//! Tries to send the header in the query, and says so in `x-outcome` where it is refused.

use routelet_guests::{Body, Fields, OutgoingResponse, handles, query};

handles!(|request, out| {
    let name = query(&request, "name").expect("the test sends it");
    let value = query(&request, "value").expect("the test sends it");
    let fields = Fields::new();
    let outcome = match fields.append(&name, value.as_bytes()) {
        Ok(()) => "set".to_owned(),
        Err(error) => format!("{error:?}"),
    };
    fields.append("x-outcome", outcome.as_bytes()).expect("the outcome is plain text");
    Body::of(OutgoingResponse::new(fields), out).finish_with(b"headers\n");
});
