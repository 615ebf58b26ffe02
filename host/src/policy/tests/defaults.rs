//! What a default means for the segments below, and which amounts are the looser ones.

use super::*;

/// What owners who trust nobody else might write.
const LOOSER: [(&str, &str); 8] = [
    ("concurrency", "512"),
    ("cpu", "24h"),
    ("wall", "none"),
    ("log-rate", "1000000"),
    ("compile-time", "24h"),
    ("compile-memory", "64GiB"),
    ("request-body", "none"),
    ("body-rate", "1B"),
];

#[test]
fn with_many_owners_a_default_binds_below_the_root() {
    for (key, text) in LOOSER {
        let told = faults(Owners::Many, &[root(), below().limit(key, text)]);
        assert!(told.len() == 1 && told[0].starts_with(&format!("app/a/segment.toml:1: {key} = ")), "{told:?}");
        assert!(settled(Owners::Many, &[root().limit(key, text)]).is_ok(), "{key}: the root is the operator's");
        assert!(settled(Owners::Many, &[root().limit(key, text), below().limit(key, text)]).is_ok(), "{key}");
        assert!(settled(Owners::One, &[root(), below().limit(key, text)]).is_ok(), "{key}: one owner is the operator");
        let default = Limits::bound(key).expect("a limit").text(&Limits::default());
        assert!(settled(Owners::Many, &[below().limit(key, &default)]).is_ok(), "{key}: the default itself");
    }
    assert_eq!(
        faults(Owners::Many, &[below().limit("concurrency", "65").limit("body-rate", "1B")]),
        [
            "app/a/segment.toml:1: concurrency = 65 is more than the default of 64; expected defaults to bind below the root segment, since owners = \"many\"; write at most 64 here, or let the operator write this in the root's segment.toml",
            "app/a/segment.toml:2: body-rate = \"1B\" is less than the default of \"1KiB\"; expected defaults to bind below the root segment, since owners = \"many\"; write at least \"1KiB\" here, or let the operator write this in the root's segment.toml"
        ]
    );
}

#[test]
fn what_an_owner_tightened_binds_those_below_as_it_is_written() {
    let deep = |text: &str| segment("app/a/b/segment.toml").limit("queue", text);
    assert!(settled(Owners::Many, &[below().limit("queue", "9"), deep("9")]).is_ok());
    assert_eq!(
        faults(Owners::Many, &[below().limit("queue", "9"), deep("10")]),
        [
            "app/a/b/segment.toml:1: queue = 10 is more than the 9 at app/a/segment.toml:1; write at most 9 here, or raise it there"
        ]
    );
}

#[test]
fn what_is_asked_at_least_is_loosened_by_less() {
    let asked = |above: &str, own: &str| {
        settled(Owners::One, &[root().limit("body-rate", above), below().limit("body-rate", own)])
    };
    for (above, own, taken) in [
        ("1KiB", "1KiB", true),
        ("1KiB", "2KiB", true),
        ("1KiB", "1023B", false),
        ("1KiB", "none", false),
        ("none", "1B", true),
        ("none", "none", true),
    ] {
        assert_eq!(asked(above, own).is_ok(), taken, "{own} under {above}");
    }
    assert_eq!(
        faults(Owners::One, &[root().limit("body-rate", "1KiB"), below().limit("body-rate", "9B")]),
        [
            "app/a/segment.toml:1: body-rate = \"9B\" is less than the \"1KiB\" at app/segment.toml:1; write at least \"1KiB\" here, or lower it there"
        ]
    );
}

#[test]
fn a_limit_is_chosen_where_the_operator_wrote_it() {
    let wrote = || root().limit("concurrency", "128");
    for (owners, segments, chosen) in [
        (Owners::One, vec![root(), below()], false),
        (Owners::One, vec![root(), below().limit("concurrency", "64")], true),
        (Owners::Many, vec![root(), below().limit("concurrency", "64")], false),
        (Owners::Many, vec![wrote(), below()], true),
        (Owners::Many, vec![wrote(), below().limit("concurrency", "100")], true),
    ] {
        let policy = settled(owners, &segments).expect("no fault");
        assert_eq!(policy.is_chosen("concurrency"), chosen, "{owners:?} {segments:?}");
    }
}

#[test]
fn it_is_told_which_values_bind_the_segments_below() {
    for (owners, defaults) in [(Owners::One, false), (Owners::Many, true)] {
        let policy = settled(owners, &[root().limit("cpu", "2s").env("KEY", "a")]).expect("no fault");
        let settings = policy.settings();
        let binding = |key: &str| settings.iter().find(|(name, _)| name == key).expect(key).1.binding;
        for (key, expected) in [("cpu", true), ("wall", defaults), ("reuse", false), ("env.KEY", false), ("kv", false)]
        {
            assert_eq!(binding(key), expected, "{owners:?} {key}");
        }
    }
}
