use super::*;
use crate::policy::Limits;

fn settled(key: &str, typed: Typed<'_>) -> Result<Amount, String> {
    let bound = Limits::bound(key).expect("a key of this table");
    bound.settle(typed).map_err(|wrong| {
        let Wrong { found, expected, way_out } = wrong;
        format!("{found}; expected {expected}; {way_out}")
    })
}

#[test]
fn amounts_within_the_range_are_taken_on_both_edges() {
    use Typed::{Number, Plain, Quoted};
    for (key, typed, amount) in [
        ("memory", Quoted("64KiB"), Amount::Exactly(65_536)),
        ("memory", Quoted("1GiB"), Amount::Exactly(1 << 30)),
        ("memory", Plain("1GiB"), Amount::Exactly(1 << 30)),
        ("cpu", Quoted("1ms"), Amount::Exactly(1)),
        ("cpu", Quoted("24h"), Amount::Exactly(86_400_000)),
        ("wall", Quoted("none"), Amount::Unbounded),
        ("wall", Plain("none"), Amount::Unbounded),
        ("request-body", Quoted("0B"), Amount::Exactly(0)),
        ("request-body", Quoted("none"), Amount::Unbounded),
        ("concurrency", Number(1), Amount::Exactly(1)),
        ("concurrency", Plain("1"), Amount::Exactly(1)),
        ("queue", Number(0), Amount::Exactly(0)),
        ("queue", Number(1_000_000), Amount::Exactly(1_000_000)),
    ] {
        assert_eq!(settled(key, typed), Ok(amount), "{key} = {typed}");
    }
}

#[test]
fn amounts_beyond_the_range_or_of_another_form_are_refused() {
    use Typed::{Neither, Number, Plain, Quoted};
    for (key, typed) in [
        ("memory", Quoted("65535B")),
        ("memory", Quoted("1073741825B")),
        ("memory", Quoted("none")),
        ("memory", Neither("a boolean")),
        ("cpu", Quoted("0ms")),
        ("cpu", Quoted("86400001ms")),
        ("cpu", Quoted("none")),
        ("wall", Quoted("None")),
        ("concurrency", Number(0)),
        ("concurrency", Quoted("64")),
        ("concurrency", Plain("-1")),
        ("queue", Number(-1)),
        ("queue", Number(1_000_001)),
    ] {
        assert!(settled(key, typed).is_err(), "{key} = {typed}");
    }
}

#[test]
fn a_refusal_says_what_was_found_what_is_expected_and_the_way_out() {
    for (key, typed, message) in [
        (
            "memory",
            Typed::Number(64),
            "memory = 64; expected a size such as \"64MiB\" from 64KiB to 1GiB; add a unit: B, KiB, MiB or GiB, in quotes",
        ),
        (
            "memory",
            Typed::Quoted("none"),
            "memory = \"none\"; expected a size such as \"64MiB\" from 64KiB to 1GiB; choose a bound: this one cannot be lifted",
        ),
        (
            "wall",
            Typed::Quoted("1min"),
            "wall = \"1min\"; expected a time such as \"250ms\", \"1s\" or \"2m\" from 1ms to 24h, or \"none\"; correct the value or remove the key",
        ),
        (
            "wall",
            Typed::Number(60),
            "wall = 60; expected a time such as \"250ms\", \"1s\" or \"2m\" from 1ms to 24h, or \"none\"; add a unit: ms, s, m or h, in quotes",
        ),
        (
            "queue",
            Typed::Quoted("8"),
            "queue = \"8\"; expected a whole number from 0 to 1000000; write it without quotes",
        ),
    ] {
        assert_eq!(settled(key, typed), Err(message.to_owned()));
    }
}

#[test]
fn what_a_bound_writes_it_reads_back() {
    for bound in Limits::BOUNDS {
        let mut limits = Limits::default();
        for amount in [bound.range.least, bound.range.most].map(Amount::Exactly) {
            (bound.write)(&mut limits, amount);
            assert_eq!((bound.read)(&limits), amount, "{}", bound.key);
        }
        if bound.range.unbounded {
            (bound.write)(&mut limits, Amount::Unbounded);
            assert_eq!((bound.read)(&limits), Amount::Unbounded, "{}", bound.key);
        }
    }
}
