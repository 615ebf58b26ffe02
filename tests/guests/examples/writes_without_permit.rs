//! Writes to its body without ever asking how much the host takes, in pieces of `bytes` bytes.

use routelet_guests::{Body, handles, number};

handles!(|request, out| {
    let piece = vec![b'w'; number(&request, "bytes", 1 << 20) as usize];
    let body = Body::begin(out, 200, &[]);
    while body.stream().write(&piece).is_ok() {}
});
