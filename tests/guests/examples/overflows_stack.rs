//! Recurses without end.

use routelet_guests::{handles, say};

handles!(|_request, out| {
    say(out, dive(0).to_string());
});

#[inline(never)]
fn dive(depth: u64) -> u64 {
    let here = std::hint::black_box([depth; 64]);
    if here[0] == u64::MAX { 0 } else { dive(depth + 1).wrapping_add(here[63]) }
}
