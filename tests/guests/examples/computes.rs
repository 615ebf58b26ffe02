//! Computes for `rounds` rounds and answers the number it came to.

use routelet_guests::{handles, number, say};

handles!(|request, out| {
    let rounds = number(&request, "rounds", 1);
    // Each round needs the one before, so that no compiler shortens them.
    let result =
        (0..rounds).fold(1_u64, |sum, round| (sum ^ round).wrapping_mul(6_364_136_223_846_793_005).rotate_left(17));
    say(out, format!("{result}\n"));
});
