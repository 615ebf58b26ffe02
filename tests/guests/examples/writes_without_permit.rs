//! Writes to its body without ever asking how much the host takes.

use routelet_guests::{Body, handles};

handles!(|_request, out| {
    let body = Body::begin(out, 200, &[]);
    let piece = vec![b'w'; 1 << 20];
    while body.stream().write(&piece).is_ok() {}
});
