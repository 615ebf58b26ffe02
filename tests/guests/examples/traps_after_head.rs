//! Sends a head and a first piece, waits to be let go, then traps; `length` in the query is declared.

use routelet_guests::{Body, Reader, handles, query, wait_for_release};

handles!(|request, out| {
    let length = query(&request, "length");
    let headers: Vec<_> = length.iter().map(|length| ("content-length", length.as_str())).collect();
    let mut reader = Reader::of(&request);
    let body = Body::begin(out, 200, &headers);
    body.write(b"first\n");
    body.flush();
    wait_for_release(&mut reader);
    std::process::abort();
});
