//! Sends a head and a first piece, waits to be let go, then returns without finishing its body; `length` in the query is declared.

use routelet_guests::{begin_and_wait, handles};

handles!(|request, out| {
    let body = begin_and_wait(&request, out);
    drop(body);
});
