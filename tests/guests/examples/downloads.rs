//! Sends as many bytes as the query asks for.

use routelet_guests::{Body, handles, number};

handles!(|request, out| {
    let mut left = number(&request, "bytes", 0);
    let body = Body::begin(out, 200, &[("content-type", "application/octet-stream")]);
    let piece = vec![b'd'; 64 * 1024];
    while left > 0 {
        let now = left.min(piece.len() as u64);
        if !body.write(&piece[..now as usize]) {
            return;
        }
        left -= now;
    }
    body.flush();
    body.finish();
});
