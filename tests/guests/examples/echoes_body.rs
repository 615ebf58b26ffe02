//! Sends every piece of the request body back as it comes in.

use routelet_guests::{Body, Reader, handles};

handles!(|request, out| {
    let mut reader = Reader::of(&request);
    let body = Body::begin(out, 200, &[("content-type", "application/octet-stream")]);
    while let Some(bytes) = reader.piece() {
        if !(body.write(&bytes) && body.flush()) {
            return;
        }
    }
    body.finish();
});
