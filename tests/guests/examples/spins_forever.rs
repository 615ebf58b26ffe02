//! Computes for ever and never answers.

use routelet_guests::handles;

handles!(|_request, _out| {
    let mut turns = 0_u64;
    loop {
        turns = std::hint::black_box(turns.wrapping_add(1));
    }
});
