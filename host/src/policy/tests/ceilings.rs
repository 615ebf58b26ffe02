//! What ceilings allow and refuse, kind by kind.

use super::*;

/// A wish for every kind, each in a segment of its own.
fn wishes() -> [(&'static str, Segment); 6] {
    [
        ("env", below().env("A", "1")),
        ("secrets", below().secret("A")),
        ("outbound", below().outbound("https://b.a.com")),
        ("kv", below().kv("A")),
        ("files", below().files("data/a", "/a", Access::Read)),
        ("reuse", below().reuse(Reuse::Serial)),
    ]
}

fn covering(kind: &str) -> &'static str {
    match kind {
        "outbound" => "https://*.a.com",
        "files" => "data",
        _ => "A*",
    }
}

#[test]
fn one_owner_needs_no_ceiling_and_many_do_below_the_root() {
    for (kind, wish) in wishes() {
        assert!(settled(Owners::One, &[root(), wish.clone()]).is_ok(), "{kind}");
        let at_root = SegmentChange { at_root: true, ..wish.0.clone() };
        assert!(settled(Owners::Many, &[Segment(at_root, 0)]).is_ok(), "{kind}");
        for segments in [vec![wish.clone()], vec![root(), wish.clone()]] {
            let told = faults(Owners::Many, &segments).join("\n");
            assert!(
                told.contains("has no ceiling above it; expected a ceiling that covers it, since owners = \"many\""),
                "{told}"
            );
            assert!(told.contains(&format!("write [ceiling] {kind} in")), "{told}");
        }
    }
}

#[test]
fn a_ceiling_allows_what_it_covers_and_a_kind_it_leaves_out_is_empty() {
    for owners in [Owners::One, Owners::Many] {
        for (kind, wish) in wishes() {
            let covers = root().ceiling().most(kind, covering(kind));
            assert!(settled(owners, &[covers, wish.clone()]).is_ok(), "{kind}");

            let told = faults(owners, &[root().ceiling(), wish]);
            assert_eq!(told.len(), 1, "{told:?}");
            assert!(told[0].contains("is beyond the ceiling at app/segment.toml:1"), "{told:?}");
            assert!(told[0].contains(&format!("add it to `{kind}` there")), "{told:?}");
        }
    }
}

#[test]
fn a_grant_beyond_a_ceiling_is_told_both_places() {
    let most = root().ceiling().most("outbound", "https://*.a.com");
    let wish = below().env("X", "1").outbound("https://evil.com");
    assert_eq!(
        faults(Owners::Many, &[most, wish]),
        [
            "app/a/segment.toml:1: grant of env X is beyond the ceiling at app/segment.toml:1; remove it here, or add it to `env` there",
            "app/a/segment.toml:2: grant of outbound https://evil.com is beyond the ceiling at app/segment.toml:2; remove it here, or add it to `outbound` there",
        ]
    );
}

#[test]
fn every_violation_of_every_key_names_both_files_and_lines() {
    let written = |segment: Segment, bound: &'static bound::Bound<Limits>, amount: u64| {
        segment.limit(bound.key, &bound.unit.text(amount))
    };
    let limits = Limits::BOUNDS.iter().map(|bound| {
        let bound::Range { least, most, .. } = bound.range;
        let (tight, loose) = match bound.range.edge {
            bound::Edge::Most => (least, most),
            bound::Edge::Least => (most, least),
        };
        (bound.key, written(root().env("LINE_ONE", ""), bound, tight), written(below(), bound, loose))
    });
    let grants = wishes().map(|(kind, wish)| (kind, root().env("LINE_ONE", "").ceiling(), wish));
    let second = |what: &'static str, own: Segment, above: Segment| (what, root().env("LINE_ONE", "").and(above), own);
    let hidden = SecretMode::Placeholder(SecretTargets::Granted);
    let doubled = [
        second("one name", below().env("A", ""), segment("").secret("A")),
        second("one name", below().secret("A"), segment("").env("A", "")),
        second("one place", below().files("a/b", "/b", Access::Read), segment("").files("a", "/a", Access::ReadWrite)),
        second("shown more", below().secret("A"), segment("").secret_as("A", hidden)),
    ];
    let many = |count: usize, add: fn(Segment, String) -> Segment| {
        (0..count).fold(segment(""), |above, number| add(above, format!("n{number}")))
    };
    let directories =
        many(crate::policy::files::FILES_RULES_MAX, |above, n| above.files(&n, &format!("/{n}"), Access::Read));
    let counted = [
        second("env", below().env("A", ""), many(grants::VARIABLES_MAX - 1, |above, n| above.env(&n, ""))),
        second("secrets", below().secret("A"), many(grants::VARIABLES_MAX - 1, |above, n| above.secret(&n))),
        second("env bytes", below().env("A", "b"), segment("").env("B", &"x".repeat(grants::ENV_BYTES_MAX - 10))),
        second(
            "outbound",
            below().outbound("http://a"),
            many(grants::OUTBOUND_RULES_MAX, |above, n| above.outbound(&format!("http://{n}"))),
        ),
        second("kv", below().kv("A"), many(grants::STORES_MAX, |above, n| above.kv(&n))),
        second("files", below().files("a", "/a", Access::Read), directories),
    ];
    for (key, above, own) in limits.chain(grants).chain(doubled).chain(counted) {
        let told = faults(Owners::One, &[above, own]);
        assert_eq!(told.len(), 1, "{key}: {told:?}");
        assert!(told[0].starts_with("app/a/segment.toml:1: "), "{key}: {told:?}");
        assert!(told[0].contains("at app/segment.toml:2"), "{key}: {told:?}");
    }
}

#[test]
fn every_ceiling_above_must_cover_a_grant() {
    let wide = root().ceiling().most("outbound", "https://*.a.com");
    let narrow = below().ceiling().most("outbound", "https://*.b.a.com");
    let wider = below().ceiling().most("outbound", "https://*.c.com");
    let deep = segment("app/a/b/segment.toml");
    for (middle, entry, taken) in [
        (&narrow, "https://x.b.a.com", true),
        (&narrow, "https://x.a.com", false),
        (&wider, "https://x.c.com", false),
        (&wider, "https://x.a.com", false),
    ] {
        let segments = [wide.clone(), middle.clone(), deep.clone().outbound(entry)];
        assert_eq!(settled(Owners::One, &segments).is_ok(), taken, "{entry}");
    }
}

#[test]
fn a_ceiling_binds_the_segments_below_it_and_not_its_own() {
    let own = root().ceiling().env("A", "1").secret("B").outbound("https://a.com").reuse(Reuse::Serial);
    let policy = settled(Owners::One, std::slice::from_ref(&own)).expect("its own grants are free");
    assert_eq!(policy.reuse, Reuse::Serial);
    let policy = settled(Owners::Many, &[own, below()]).expect("what is inherited is not asked for");
    assert_eq!(policy.grants.env.len(), 1);
}

#[test]
fn reuse_holds_for_the_directorys_own_route_alone() {
    let policy = settled(Owners::One, &[root().reuse(Reuse::Serial), below()]).expect("no fault");
    assert_eq!(policy.reuse, Reuse::Never);
    let asks_for_the_least = [root().ceiling(), below().reuse(Reuse::Never)];
    assert!(settled(Owners::Many, &asks_for_the_least).is_ok());
    assert!(settled(Owners::Many, &[below().reuse(Reuse::Never)]).is_ok());
}
