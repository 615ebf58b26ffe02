//! The promise of tightening, over random chains of segments.

use proptest::prelude::*;

use super::*;
use crate::policy::units::Amount;

/// Any chain of segments: limits of three keys, one of them optional, under random ceilings.
fn any_segment() -> impl Strategy<Value = Segment> {
    let limits = proptest::collection::btree_map(0..3usize, 1..6u64, 0..3);
    let ceiling = proptest::option::of(proptest::collection::vec("https://([*][.])?[ab][.]c", 0..3));
    let outbound = proptest::collection::vec("https://([*][.])?([ab][.])?[ab][.]c", 0..3);
    (limits, ceiling, outbound).prop_map(|(limits, ceiling, outbound)| {
        let mut any = below();
        for (key, amount) in limits {
            any = match (["wall", "queue", "memory"][key], amount) {
                ("wall", 5) => any.limit("wall", "none"),
                ("wall", seconds) => any.limit("wall", &format!("{seconds}s")),
                ("queue", count) => any.limit("queue", &count.to_string()),
                (key, mebibytes) => any.limit(key, &format!("{mebibytes}MiB")),
            };
        }
        if let Some(entries) = ceiling {
            let rules: Vec<_> = entries.iter().flat_map(|entry| OutboundRule::parse(entry)).collect();
            any = any.ceiling().most("outbound", "");
            any.0.ceiling.as_mut().expect("begun").outbound = Some(Written::new(rules, 1));
        }
        outbound.iter().fold(any, |any, entry| any.outbound(entry))
    })
}

fn written(change: &SegmentChange, key: &str) -> Option<Amount> {
    let mut limits = change.limits.iter().map(|limit| limit.value);
    limits.find(|limit| limit.bound.key == key).map(|limit| limit.amount)
}

proptest! {
    #[test]
    fn no_segment_ever_has_more_than_the_segments_above_it_wrote(
        segments in proptest::collection::vec(any_segment(), 1..5),
        many: bool,
    ) {
        let owners = if many { Owners::Many } else { Owners::One };
        let mut policy = Policy::root(owners);
        for (depth, Segment(own, _)) in segments.iter().enumerate() {
            let file = format!("app/{depth}/segment.toml");
            let own = SegmentChange { file: PathBuf::from(file), at_root: depth == 0, ..own.clone() };
            let Ok(narrowed) = policy.narrowed(&own) else { break };
            for bound in Limits::BOUNDS {
                let amount = (bound.read)(&narrowed.limits);
                for above in &segments[..=depth] {
                    prop_assert!(written(&above.0, bound.key).is_none_or(|most| amount <= most));
                }
            }
            for rule in &own.grants.outbound {
                for ceiling in segments[..depth].iter().filter_map(|above| above.0.ceiling.as_ref()) {
                    let most = &ceiling.outbound.as_ref().expect("always written").value;
                    prop_assert!(most.iter().any(|most| most.covers(&rule.value)));
                }
            }
            policy = narrowed;
        }
    }
}
