//! Directories on the way down the tree: what is inherited, replaced and refused.

use super::*;
use Access::{Read, ReadWrite};

fn told(policy: &Policy) -> Vec<String> {
    policy.grants.files.iter().map(|grant| format!("{} {grant}", grant.at)).collect()
}

#[test]
fn directories_are_inherited_and_a_place_is_granted_anew() {
    let above = root().files("a", "/a", Read).files("b", "/b", Read);
    let own = below().files("c", "/b", ReadWrite).files("d", "/d", ReadWrite);
    let policy = settled(Owners::One, &[above, own]).expect("nothing forbids it");
    assert_eq!(told(&policy), ["/a a (read)", "/b c (read-write)", "/d d (read-write)"]);
    let file = |place: &str| policy.origin(&format!("files.{place}")).expect("written").to_string();
    assert_eq!((file("/a"), file("/b")), ("app/segment.toml:1".to_owned(), "app/a/segment.toml:1".to_owned()));
}

#[test]
fn a_directory_within_another_is_refused_with_both_places() {
    for (above, own) in [
        (root().files("a", "/a", Read), below().files("a/b", "/b", ReadWrite)),
        (root().files("a/b", "/b", Read), below().files("a", "/a", Read)),
        (root().files("a", "/x", Read), below().files("a", "/y", Read)),
        (root().files("a", "/x", Read), below().files("b", "/x/y", Read)),
        (root(), below().files("a", "/a", Read).files("a/b", "/b", Read)),
        (root(), below().files("a", "/a", Read).files("b", "/a", Read)),
    ] {
        let told = faults(Owners::One, &[above, own]);
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].contains("overlaps the grant at app/"), "{told:?}");
        assert!(told[0].contains("grant the outer one alone, or separate them"), "{told:?}");
    }
    let beside = [root().files("a", "/a", Read), below().files("ab", "/ab", ReadWrite)];
    assert!(settled(Owners::One, &beside).is_ok());
}

#[test]
fn a_ceiling_bounds_the_directory_and_the_access() {
    let most = || root().ceiling().most("files", "data");
    for (from, access, taken) in [
        ("data", Read, true),
        ("data/a", Read, true),
        ("data", ReadWrite, false),
        ("database", Read, false),
        ("/data", Read, false),
    ] {
        let segments = [most(), below().files(from, "/a", access)];
        assert_eq!(settled(Owners::Many, &segments).is_ok(), taken, "{from} {access:?}");
    }
    assert_eq!(
        faults(Owners::Many, &[most(), below().files("data", "/d", ReadWrite)]),
        [
            "app/a/segment.toml:1: grant of files data (read-write) is beyond the ceiling at app/segment.toml:2; remove it here, or add it to `files` there"
        ]
    );
}

#[test]
fn directories_are_counted_with_those_inherited() {
    let many = |count: usize| {
        (0..count).fold(root(), |segment, index| segment.files(&format!("d{index}"), &format!("/d{index}"), Read))
    };
    let full = super::super::files::FILES_RULES_MAX;
    let own = || below().files("own", "/own", Read);
    assert!(settled(Owners::One, &[many(full - 1), own()]).is_ok());
    let told = faults(Owners::One, &[many(full), own()]);
    assert_eq!(
        told,
        ["app/a/segment.toml:1: 17 directories with those at app/segment.toml:16; expected at most 16; grant fewer"]
    );
}
