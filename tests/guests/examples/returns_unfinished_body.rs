//! Sends a head and a first piece, then returns without finishing its body.

use routelet_guests::{Body, handles};

handles!(|_request, out| {
    let body = Body::begin(out, 200, &[]);
    body.write(b"first\n");
    body.flush();
    drop(body);
});
