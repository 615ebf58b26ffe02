//! How often a proof repeats itself, and how it tells its figures.

use std::{
    env, fmt,
    io::{self, Write as _},
};

/// The variable that asks for the long form with the value `long`.
pub(crate) const VARIABLE: &str = "ROUTELET_PROOF";

/// Whether the figures are wanted, so that promises of time and memory can be held against them.
pub(crate) fn is_long() -> bool {
    env::var(VARIABLE).is_ok_and(|form| form == "long")
}

/// `short` beside the other tests, `long` where the figures are wanted.
pub(crate) fn rounds(short: u64, long: u64) -> u64 {
    if is_long() { long } else { short }
}

/// Prints one line of figures, which the long form is run for.
pub(crate) fn figure(proof: &str, figures: impl fmt::Display) {
    println!("proof {proof}: {figures}");
}

/// Says that a proof cannot run on this machine. The long form is run for its figures, so it fails instead.
///
/// # Panics
///
/// In the long form.
pub(crate) fn skipped(proof: &str, reason: impl fmt::Display) {
    assert!(!is_long(), "proof {proof} cannot run here, and the long form leaves none out: {reason}");
    // What `println!` says of a test that passes is kept back; this is not.
    let _ = writeln!(io::stderr(), "proof {proof}: SKIPPED, {reason}");
}

#[test]
fn a_proof_is_short_unless_asked_otherwise() {
    assert_eq!(rounds(1, 2), if is_long() { 2 } else { 1 });
    figure("rounds", rounds(1, 2));
}
