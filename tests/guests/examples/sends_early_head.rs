//! Sends its head at once, and its body only when let go by the request body.

use routelet_guests::{Body, Reader, handles, wait_for_release};

handles!(|request, out| {
    let mut reader = Reader::of(&request);
    let body = Body::begin(out, 202, &[("x-early", "yes")]);
    wait_for_release(&mut reader);
    body.finish_with(b"late body\n");
});
