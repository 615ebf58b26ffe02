//! Sends a head and a first piece, waits to be let go, then traps; `length` in the query is declared.

use routelet_guests::{begin_and_wait, handles};

handles!(|request, out| {
    let _body = begin_and_wait(&request, out);
    std::process::abort();
});
