//! Sends a head and a first piece, then waits for ever; `length` in the query is declared.

use routelet_guests::{Body, handles, query, wasip2::clocks::monotonic_clock::subscribe_duration};

handles!(|request, out| {
    let length = query(&request, "length");
    let headers: Vec<_> = length.iter().map(|length| ("content-length", length.as_str())).collect();
    let body = Body::begin(out, 200, &headers);
    body.write(b"first\n");
    body.flush();
    loop {
        subscribe_duration(3_600_000_000_000).block();
    }
});
