//! Sends body without end: pieces of `bytes` bytes, each after a pause of `gap` milliseconds.

use routelet_guests::{Body, handles, number, wasip2::clocks::monotonic_clock::subscribe_duration};

handles!(|request, out| {
    let piece = vec![b'e'; number(&request, "bytes", 64 << 10) as usize];
    let gap = number(&request, "gap", 0);
    let body = Body::begin(out, 200, &[]);
    while body.write(&piece) && body.flush() {
        subscribe_duration(gap * 1_000_000).block();
    }
});
