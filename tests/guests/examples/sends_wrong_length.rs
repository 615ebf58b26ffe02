//! Declares one length and sends another: `declared` and `sent` in the query.

use routelet_guests::{Body, handles, number, query};

handles!(|request, out| {
    let declared = query(&request, "declared").expect("the test sends it");
    let body = Body::begin(out, 200, &[("content-length", &declared)]);
    let sent = vec![b'x'; number(&request, "sent", 0) as usize];
    body.write(&sent);
    body.flush();
    body.finish();
});
