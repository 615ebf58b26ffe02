//! Sends a whole answer, then computes for ever.

use routelet_guests::{handles, say};

handles!(|_request, out| {
    say(out, "answered\n");
    let mut turns = 0_u64;
    loop {
        turns = std::hint::black_box(turns.wrapping_add(1));
    }
});
