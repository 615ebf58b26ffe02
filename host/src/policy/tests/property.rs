//! Whatever a chain of segments writes: none has more than those above it allow.

use proptest::{collection::vec, prelude::*};

use super::*;
use crate::policy::{bound::Bound, units::Amount};

type Covers = fn(&SegmentChange, &CeilingWritten) -> bool;

/// Whether a ceiling covers all that a segment grants itself, kind by kind.
const COVERED: &[(&str, Covers)] = &[
    ("env", |own, most| own.grants.env.iter().all(|wish| names(&most.env, &wish.value.0))),
    ("secrets", |own, most| own.grants.secrets.iter().all(|wish| any(&most.secrets, |most| most.covers(&wish.value)))),
    ("outbound", |own, most| {
        own.grants.outbound.iter().all(|wish| any(&most.outbound, |most| most.covers(&wish.value)))
    }),
    ("files", |own, most| own.grants.files.iter().all(|wish| any(&most.files, |most| most.covers(&wish.value)))),
    ("kv", |own, most| own.grants.kv.iter().all(|wish| names(&most.kv, &wish.value))),
    ("reuse", |own, most| {
        own.reuse.as_ref().is_none_or(|wish| most.reuse.as_ref().map_or(Reuse::Never, |most| most.value) >= wish.value)
    }),
];

fn any<T>(most: &Option<Written<Vec<T>>>, covers: impl Fn(&T) -> bool) -> bool {
    most.as_ref().is_some_and(|most| most.value.iter().any(covers))
}

fn names(most: &Option<Written<Vec<NamePattern>>>, name: &str) -> bool {
    any(most, |most| most.covers(name))
}

/// Limits of four keys, on both sides of their defaults: an optional one, one that asks for at least,
/// and two others.
fn any_limits() -> impl Strategy<Value = Segment> {
    const KEYS: [&str; 4] = ["wall", "body-rate", "queue", "memory"];
    proptest::collection::btree_map(0..KEYS.len(), 1..6u64, 0..4).prop_map(|limits| {
        limits.into_iter().fold(below(), |any, (key, amount)| match (KEYS[key], amount) {
            (key @ ("wall" | "body-rate"), 5) => any.limit(key, "none"),
            ("wall", amount) => any.limit("wall", &format!("{}s", amount * 20)),
            ("body-rate", amount) => any.limit("body-rate", &format!("{}B", amount * 500)),
            ("queue", amount) => any.limit("queue", &(amount * 50).to_string()),
            (key, amount) => any.limit(key, &format!("{}MiB", amount * 20)),
        })
    })
}

/// Grants of every kind; few names, so that chains meet.
fn any_grants() -> impl Strategy<Value = Segment> {
    let files = vec(("[ab](/[ab])?", "/[ab]", proptest::bool::ANY), 0..2);
    let names = || vec("[AB][ab]", 0..2);
    let kinds = (
        vec("A[ab]", 0..2),
        vec(("B[ab]", proptest::bool::ANY), 0..2),
        names(),
        vec("https://([*][.])?([ab][.])?[ab][.]c", 0..2),
        files,
    );
    (any_limits(), kinds, proptest::bool::ANY).prop_map(|(any, (env, secrets, kv, outbound, files), serial)| {
        let any = env.iter().fold(any, |any, name| any.env(name, ""));
        let any = secrets.iter().fold(any, |any, (name, hidden)| any.secret_as(name, mode(*hidden)));
        let any = kv.iter().fold(any, |any, name| any.kv(name));
        let any = outbound.iter().fold(any, |any, entry| any.outbound(entry));
        let any = files.iter().fold(any, |any, (from, at, write)| any.files(from, at, access(*write)));
        if serial { any.reuse(Reuse::Serial) } else { any }
    })
}

fn mode(hidden: bool) -> SecretMode {
    if hidden { SecretMode::Placeholder(SecretTargets::Granted) } else { SecretMode::Value }
}

fn access(write: bool) -> Access {
    if write { Access::ReadWrite } else { Access::Read }
}

/// A ceiling in which a kind may be left out.
fn any_ceiling() -> impl Strategy<Value = CeilingWritten> {
    let names = |pattern| proptest::option::of(vec(pattern, 0..3));
    let files = proptest::option::of(vec(("[ab](/[ab])?", proptest::bool::ANY), 0..3));
    let outbound = names("https://([*][.])?[ab][.]c");
    let secrets = proptest::option::of(vec(("B[ab]|B?[*]", proptest::bool::ANY), 0..3));
    (names("A[ab]|A?[*]"), secrets, names("[AB][ab]|[AB]?[*]"), outbound, files, proptest::bool::ANY).prop_map(
        |(env, secrets, kv, outbound, files, reuse)| {
            let patterns = |texts: Vec<String>| texts.iter().flat_map(|text| NamePattern::parse(text)).collect();
            let rules = |texts: Vec<String>| texts.iter().flat_map(|text| OutboundRule::parse(text)).collect();
            let most = |(from, write): (String, bool)| FilesMost { from: from.into(), access: access(write) };
            let secret = |(names, hidden): (String, bool)| SecretCeiling {
                names: NamePattern::parse(&names).expect("a pattern of names"),
                mode: mode(hidden),
            };
            let files = files.map(|files| Written::new(files.into_iter().map(most).collect(), 1));
            CeilingWritten {
                env: env.map(|env| Written::new(patterns(env), 1)),
                secrets: secrets.map(|secrets| Written::new(secrets.into_iter().map(secret).collect(), 1)),
                kv: kv.map(|kv| Written::new(patterns(kv), 1)),
                outbound: outbound.map(|outbound| Written::new(rules(outbound), 1)),
                files,
                reuse: reuse.then(|| Written::new(Reuse::Serial, 1)),
                ..CeilingWritten::empty(1)
            }
        },
    )
}

/// A chain of segments, the root first.
fn any_chain() -> impl Strategy<Value = Vec<SegmentChange>> {
    let segment = (any_grants(), proptest::option::weighted(0.7, any_ceiling()));
    vec(segment, 1..5).prop_map(|chain| {
        let chain = chain.into_iter().enumerate();
        chain
            .map(|(depth, (Segment(change, _), ceiling))| {
                let file = PathBuf::from(format!("app/{depth}/segment.toml"));
                SegmentChange { file, at_root: depth == 0, ceiling, ..change }
            })
            .collect()
    })
}

/// What the segment at the end of a chain must not loosen: what those above wrote, and with many
/// owners the default where none of them did.
fn binding(many: bool, above: &[SegmentChange], bound: &Bound<Limits>) -> Vec<Amount> {
    let written: Vec<_> = above.iter().filter_map(|above| written(above, bound.key)).collect();
    let default = many && !above.is_empty() && written.is_empty();
    if default { vec![(bound.read)(&Limits::default())] } else { written }
}

fn written(change: &SegmentChange, key: &str) -> Option<Amount> {
    let mut limits = change.limits.iter().map(|limit| limit.value);
    limits.find(|limit| limit.bound.key == key).map(|limit| limit.amount)
}

/// What a policy holds was granted by a segment on the way down to it.
fn is_written(policy: &Policy, chain: &[SegmentChange]) -> bool {
    let mut env = policy.grants.env.keys();
    let mut files = policy.grants.files.iter();
    env.all(|name| chain.iter().any(|own| own.grants.env.iter().any(|wish| wish.value.0 == *name)))
        && files.all(|held| chain.iter().any(|own| own.grants.files.iter().any(|wish| wish.value == *held)))
}

proptest! {
    #[test]
    fn no_segment_ever_has_more_than_the_segments_above_it_wrote(chain in any_chain(), many: bool) {
        let owners = if many { Owners::Many } else { Owners::One };
        let mut policy = Policy::root(owners);
        for (depth, own) in chain.iter().enumerate() {
            let Ok(narrowed) = policy.narrowed(own) else { break };
            for bound in Limits::BOUNDS {
                let amount = (bound.read)(&narrowed.limits);
                let binding = binding(many, &chain[..depth], bound).into_iter();
                for most in binding.chain(written(own, bound.key)) {
                    prop_assert!(!bound.is_looser(amount, most), "{}: {amount:?} under {most:?}", bound.key);
                }
            }
            prop_assert!(is_written(&narrowed, &chain[..=depth]));
            let has_reuse = narrowed.for_own_route(own).is_ok();
            let ceilings = chain[..depth].iter().filter_map(|above| above.ceiling.as_ref());
            for (kind, covered) in COVERED.iter().filter(|(kind, _)| *kind != "reuse" || has_reuse) {
                let covers = |most: &CeilingWritten| covered(own, most);
                prop_assert!(ceilings.clone().all(covers), "{kind}");
                let asks_nothing = covered(own, &CeilingWritten::empty(1));
                prop_assert!(asks_nothing || depth == 0 || !many || ceilings.clone().next().is_some(), "{kind}");
            }
            policy = narrowed;
        }
    }
}
