//! The rules written down once more as a search through all patterns, too simple to be wrong, and
//! compared with the table over random trees.

use proptest::prelude::*;

use super::*;
use crate::routing::Segment;

fn matches(pattern: &[Segment], path: &[String]) -> bool {
    match (pattern, path) {
        ([], []) | ([Segment::OptionalRest(_)], _) => true,
        ([Segment::Rest(_)], path) => !path.is_empty(),
        ([Segment::Static(text), pattern @ ..], [first, path @ ..]) => text == first && matches(pattern, path),
        ([Segment::Param(_), pattern @ ..], [_, path @ ..]) => matches(pattern, path),
        _ => false,
    }
}

fn rank(segment: &Segment) -> u8 {
    match segment {
        Segment::Static(_) => 0,
        Segment::Param(_) => 1,
        Segment::Rest(_) => 2,
        Segment::OptionalRest(_) => 3,
    }
}

fn find<'p>(patterns: &'p [Pattern], path: &[String]) -> Option<&'p Pattern> {
    let matching = patterns.iter().filter(|pattern| matches(pattern.segments(), path));
    matching.min_by_key(|pattern| pattern.segments().iter().map(rank).collect::<Vec<_>>())
}

/// Whether two patterns must not stand in one table.
fn conflict(one: &Pattern, other: &Pattern) -> bool {
    let (mut one, mut other) = (one.segments(), other.segments());
    while let ([a, one_below @ ..], [b, other_below @ ..]) = (one, other) {
        match (rank(a), rank(b)) {
            (2.., 2..) => return true,
            (a, b) if a != b => return false,
            (1, 1) if a != b => return true,
            (0, 0) if a != b => return false,
            _ => (one, other) = (one_below, other_below),
        }
    }
    one.iter().chain(other).all(|segment| matches!(segment, Segment::OptionalRest(_)))
}

fn any_pattern() -> impl Strategy<Value = Pattern> {
    let level = prop_oneof![3 => Just("a"), 3 => Just("b"), 1 => Just("c"), 4 => Just("[p"), 1 => Just("[q")];
    let end = prop_oneof![4 => Just(""), 1 => Just("/[...r]"), 1 => Just("/[[...o]]")];
    (proptest::collection::vec(level, 0..5), end).prop_map(|(levels, end)| {
        let folder = |(at, name): (usize, &&str)| match name.starts_with('[') {
            true => format!("/{name}{at}]"),
            false => format!("/{name}"),
        };
        let text = levels.iter().enumerate().map(folder).collect::<String>() + end;
        Pattern::parse(if text.is_empty() { "/" } else { &text }).unwrap()
    })
}

fn any_path() -> impl Strategy<Value = RequestPath> {
    let segment = prop_oneof![3 => Just("a"), 3 => Just("b"), 1 => Just("c"), 1 => Just("d")];
    proptest::collection::vec(segment, 0..7).prop_map(|segments| path(&format!("/{}", segments.join("/"))))
}

proptest! {
    #[test]
    fn the_table_agrees_with_the_naive_matcher(
        patterns in proptest::collection::vec(any_pattern(), 0..40),
        paths in proptest::collection::vec(any_path(), 1..40),
    ) {
        let (mut table, mut served, mut refused) = (RouteTable::new(), Vec::new(), Vec::new());
        for pattern in patterns {
            let conflicts = |others: &[Pattern]| others.iter().any(|other| conflict(other, &pattern));
            match table.insert(pattern.clone(), pattern.as_str(), pattern.clone()) {
                Ok(()) => {
                    prop_assert!(!conflicts(&served), "{} among {:?}", pattern, served);
                    served.push(pattern);
                }
                Err(found) => {
                    prop_assert!(!found.is_empty());
                    prop_assert!(conflicts(&served) || conflicts(&refused), "{} among {:?}", pattern, served);
                    refused.push(pattern);
                }
            }
        }
        prop_assert_eq!(table.len(), served.len());
        for path in paths {
            let found = table.find(&path);
            prop_assert_eq!(found.as_ref().map(|found| found.value), find(&served, path.segments()), "{}", path);
            let captured = found.iter().flat_map(|found| &found.params).flat_map(|param| &param.values);
            prop_assert!(captured.into_iter().all(|value| path.segments().contains(value)));
        }
    }
}
