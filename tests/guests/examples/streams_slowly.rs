//! Sends a piece, waits to be let go by the request body, then sends the next, until that body ends.

use routelet_guests::{Body, Reader, handles};

handles!(|request, out| {
    let mut reader = Reader::of(&request);
    let body = Body::begin(out, 200, &[("content-type", "text/event-stream")]);
    let mut count = 1;
    loop {
        let event = format!("data: {count}\n\n");
        if !(body.write(event.as_bytes()) && body.flush()) {
            return;
        }
        if reader.piece().is_none() {
            return body.finish();
        }
        count += 1;
    }
});
