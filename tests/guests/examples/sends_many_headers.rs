//! Sends as many headers as the query asks for, each with a value of `size` bytes.

use routelet_guests::{Body, Fields, OutgoingResponse, handles, number};

handles!(|request, out| {
    let value = vec![b'v'; number(&request, "size", 1) as usize];
    let fields = Fields::new();
    for at in 0..number(&request, "count", 1) {
        fields.append(&format!("x-{at}"), &value).expect("within what a list of fields may hold");
    }
    Body::of(OutgoingResponse::new(fields), out).finish_with(b"many\n");
});
