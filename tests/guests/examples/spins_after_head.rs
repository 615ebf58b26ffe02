//! Sends a head and a first piece, then computes for ever.

use routelet_guests::{Body, handles};

handles!(|_request, out| {
    let body = Body::begin(out, 200, &[]);
    body.write(b"first\n");
    body.flush();
    let mut turns = 0_u64;
    loop {
        turns = std::hint::black_box(turns.wrapping_add(1));
    }
});
