//! Sends a head and a first piece, waits to be let go, then waits for ever; `length` in the query is declared.

use routelet_guests::{begin_and_wait, handles, wasip2::clocks::monotonic_clock::subscribe_duration};

handles!(|request, out| {
    let _body = begin_and_wait(&request, out);
    loop {
        subscribe_duration(3_600_000_000_000).block();
    }
});
