//! Sends a head and a first piece, waits to be let go, then computes for ever; `length` in the query is declared.

use routelet_guests::{begin_and_wait, handles};

handles!(|request, out| {
    let _body = begin_and_wait(&request, out);
    let mut turns = 0_u64;
    loop {
        turns = std::hint::black_box(turns.wrapping_add(1));
    }
});
