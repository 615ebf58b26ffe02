use super::{
    change::{CeilingWritten, LimitChange, Written},
    files::{Access, FilesMost},
    names::NamePattern,
    *,
};
use crate::fault::Fault;

mod ceilings;
mod defaults;
mod files;
mod property;

/// A segment's file, built a line at a time.
#[derive(Debug, Clone)]
struct Segment(SegmentChange, u32);

fn segment(file: &str) -> Segment {
    let change =
        SegmentChange { file: PathBuf::from(file), at_root: file == "app/segment.toml", ..SegmentChange::default() };
    Segment(change, 0)
}

impl Segment {
    fn line<T>(&mut self, value: T) -> Written<T> {
        self.1 += 1;
        Written::new(value, self.1)
    }

    fn limit(mut self, key: &str, text: &str) -> Self {
        let bound = Limits::bound(key).expect("a limit");
        let amount = bound.settle(bound::Typed::Plain(text)).expect("in range");
        let written = self.line(LimitChange { bound, amount });
        self.0.limits.push(written);
        self
    }

    fn env(mut self, name: &str, value: &str) -> Self {
        let written = self.line((name.to_owned(), value.to_owned()));
        self.0.grants.env.push(written);
        self
    }

    fn secret(self, name: &str) -> Self {
        self.secret_as(name, SecretMode::Value)
    }

    fn secret_as(mut self, name: &str, mode: SecretMode) -> Self {
        let written = self.line(SecretGrant { name: name.to_owned(), mode });
        self.0.grants.secrets.push(written);
        self
    }

    fn outbound(mut self, entry: &str) -> Self {
        let written = self.line(OutboundRule::parse(entry).expect("an entry"));
        self.0.grants.outbound.push(written);
        self
    }

    fn kv(mut self, name: &str) -> Self {
        let written = self.line(name.to_owned());
        self.0.grants.kv.push(written);
        self
    }

    fn files(mut self, from: &str, at: &str, access: Access) -> Self {
        let grant = FilesGrant { from: PathBuf::from(from), at: at.to_owned(), access };
        let written = self.line(grant);
        self.0.grants.files.push(written);
        self
    }

    fn reuse(mut self, reuse: Reuse) -> Self {
        self.0.reuse = Some(self.line(reuse));
        self
    }

    /// This segment's lines, then the grants of another as its next line.
    fn and(mut self, other: Self) -> Self {
        let line = self.line(()).line;
        fn moved<T>(values: Vec<Written<T>>, line: u32) -> impl Iterator<Item = Written<T>> {
            values.into_iter().map(move |written| Written::new(written.value, line))
        }
        let (own, other) = (&mut self.0.grants, other.0.grants);
        own.env.extend(moved(other.env, line));
        own.secrets.extend(moved(other.secrets, line));
        own.outbound.extend(moved(other.outbound, line));
        own.kv.extend(moved(other.kv, line));
        own.files.extend(moved(other.files, line));
        self
    }

    fn ceiling(mut self) -> Self {
        let line = self.line(()).line;
        self.0.ceiling = Some(CeilingWritten::empty(line));
        self
    }

    fn most(mut self, kind: &str, entry: &str) -> Self {
        let names = self.line(NamePattern::parse(entry).into_iter().collect());
        let rules = Written::new(OutboundRule::parse(entry).into_iter().collect(), names.line);
        let files = vec![FilesMost { from: PathBuf::from(entry), access: Access::Read }];
        let files = Written::new(files, names.line);
        let reuse = Written::new(Reuse::Serial, names.line);
        let ceiling = self.0.ceiling.as_mut().expect("a ceiling was begun");
        match kind {
            "env" => ceiling.env = Some(names),
            "secrets" => {
                let most = |names| SecretCeiling { names, mode: SecretMode::Value };
                ceiling.secrets = Some(Written::new(names.value.into_iter().map(most).collect(), names.line));
            }
            "outbound" => ceiling.outbound = Some(rules),
            "kv" => ceiling.kv = Some(names),
            "files" => ceiling.files = Some(files),
            _ => ceiling.reuse = Some(reuse),
        }
        self
    }
}

fn root() -> Segment {
    segment("app/segment.toml")
}

fn below() -> Segment {
    segment("app/a/segment.toml")
}

/// The policy of the last segment's own route, or the first faults on the way down.
fn settled(owners: Owners, segments: &[Segment]) -> Result<Policy, Vec<Fault>> {
    let mut policy = Policy::root(owners);
    for Segment(change, _) in segments {
        policy = policy.narrowed(change)?;
    }
    match segments.last() {
        Some(Segment(own, _)) => policy.for_own_route(own),
        None => Ok(policy),
    }
}

fn faults(owners: Owners, segments: &[Segment]) -> Vec<String> {
    let faults = settled(owners, segments).expect_err("a fault");
    faults.iter().map(Fault::to_string).collect()
}

#[test]
fn a_segment_may_ask_for_more_than_a_default_and_for_less_than_what_is_written_above() {
    let policy = settled(Owners::One, &[root().limit("memory", "128MiB"), below().limit("memory", "96MiB")])
        .expect("it tightens");
    assert_eq!(policy.limits.memory_bytes, 96 << 20);

    for same_or_less in ["128MiB", "1MiB"] {
        let segments = [root().limit("memory", "128MiB"), below().limit("memory", same_or_less)];
        assert!(settled(Owners::Many, &segments).is_ok(), "{same_or_less}");
    }
}

#[test]
fn a_segment_that_loosens_a_written_limit_is_told_both_places() {
    let deep = segment("app/a/b/segment.toml");
    for (segments, message) in [
        (
            vec![root().limit("cpu", "1s").limit("memory", "64MiB"), below().limit("memory", "65MiB")],
            "app/a/segment.toml:1: memory = \"65MiB\" is more than the \"64MiB\" at app/segment.toml:2; write at most \"64MiB\" here, or raise it there",
        ),
        (
            vec![root().limit("wall", "1s"), below().limit("wall", "none")],
            "app/a/segment.toml:1: wall = \"none\" is more than the \"1s\" at app/segment.toml:1; write at most \"1s\" here, or raise it there",
        ),
        (
            vec![root().limit("queue", "9"), below().limit("queue", "3"), deep.limit("queue", "4")],
            "app/a/b/segment.toml:1: queue = 4 is more than the 3 at app/a/segment.toml:1; write at most 3 here, or raise it there",
        ),
    ] {
        assert_eq!(faults(Owners::One, &segments), [message]);
    }
}

#[test]
fn without_a_bound_above_none_may_be_written_and_tightened_again() {
    let segments = [root().limit("wall", "none"), below().limit("wall", "1h")];
    let policy = settled(Owners::One, &segments[..1]).expect("no bound is written above");
    assert_eq!(policy.limits.wall, None);
    let policy = settled(Owners::One, &segments).expect("it tightens");
    assert_eq!(policy.limits.wall, Some(std::time::Duration::from_hours(1)));
}

#[test]
fn grants_reach_the_segments_below_and_add_up() {
    let above = root().env("A", "1").env("B", "1").secret("Z").outbound("https://a.com");
    let own = below().env("B", "2").secret("Y").secret("Z").outbound("https://b.com").outbound("https://a.com");
    let policy = settled(Owners::One, &[above, own]).expect("nothing forbids it");
    let env: Vec<_> = policy.grants.env.iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(env, ["A=1", "B=2"]);
    let secrets: Vec<_> = policy.grants.secrets.iter().map(|secret| secret.name.as_str()).collect();
    assert_eq!(secrets, ["Y", "Z"]);
    let outbound: Vec<_> = policy.grants.outbound.iter().map(ToString::to_string).collect();
    assert_eq!(outbound, ["https://a.com", "https://b.com"]);
}

#[test]
fn nothing_is_granted_unless_it_is_written() {
    assert_eq!(Policy::root(Owners::One).grants, Grants::default());
    let policy = settled(Owners::One, &[root(), below()]).expect("it asks for nothing");
    assert_eq!(policy.grants, Grants::default());
    assert!(!policy.grants.allow_outbound("https", "example.com", 443));
    assert_eq!(policy.reuse, Reuse::Never);
}

#[test]
fn one_name_is_not_both_a_variable_and_a_secret() {
    assert_eq!(
        faults(Owners::One, &[root().env("K", "1"), below().secret("K")]),
        [
            "app/a/segment.toml:1: K is granted here and in `env` at app/segment.toml:1; expected one grant of a name, since guests read env and secrets alike; remove or rename one of them"
        ]
    );
    assert!(settled(Owners::One, &[root().secret("K").env("K", "1")]).is_err());
}

#[test]
fn grants_are_counted_with_those_inherited() {
    let many = |prefix: &str, count: usize| {
        (0..count).fold(root(), |segment, index| segment.env(&format!("{prefix}{index}"), ""))
    };
    let full = grants::VARIABLES_MAX;
    assert!(settled(Owners::One, &[many("A", full - 1), below().secret("S")]).is_ok());
    assert_eq!(
        faults(Owners::One, &[many("A", full), below().secret("S")]),
        [
            "app/a/segment.toml:1: 65 variables and secrets with those at app/segment.toml:64; expected at most 64; grant fewer"
        ]
    );

    let deep = segment("app/a/b/segment.toml").secret("S");
    let told = faults(Owners::One, &[many("A", full - 2), below().env("B", "").secret("C"), deep]);
    assert!(told[0].contains("with those at app/segment.toml:62 and app/a/segment.toml:2;"), "{told:?}");
    let told = faults(Owners::One, &[many("A", full + 1)]);
    assert_eq!(told, ["app/segment.toml:65: 65 variables and secrets; expected at most 64; grant fewer"]);

    let value = |bytes: usize| "x".repeat(bytes);
    let room = grants::ENV_BYTES_MAX - 2;
    assert!(settled(Owners::One, &[root().env("A", &value(room - 10)), below().env("B", &value(10))]).is_ok());
    let told = faults(Owners::One, &[root().env("A", &value(room - 10)), below().env("B", &value(11))]);
    assert!(told[0].contains("5121 bytes of env"), "{told:?}");

    let rules =
        |count: usize| (0..count).fold(root(), |segment, index| segment.outbound(&format!("http://h{index}.com")));
    let full = grants::OUTBOUND_RULES_MAX;
    assert!(settled(Owners::One, &[rules(full)]).is_ok());
    let told = faults(Owners::One, &[rules(full), below().outbound("http://x.com")]);
    assert!(told[0].contains("257 outbound entries"), "{told:?}");

    let stores = |count: usize| (0..count).fold(root(), |segment, index| segment.kv(&format!("s{index}")));
    let full = grants::STORES_MAX;
    assert!(settled(Owners::One, &[stores(full), below().kv("s0")]).is_ok());
    let told = faults(Owners::One, &[stores(full), below().kv("x")]);
    assert!(told[0].contains("65 stores"), "{told:?}");
}

#[test]
fn a_policy_is_told_with_the_place_of_every_value() {
    let above = root().limit("memory", "32MiB").env("GREETING", "hi").secret("STRIPE_KEY");
    let own =
        below().limit("cpu", "500ms").outbound("https://a.com").reuse(Reuse::Serial).files("a/b", "/b", Access::Read);
    let policy = settled(Owners::One, &[above, own]).expect("no fault");
    let told = policy.settings();
    let row = |key: &str| {
        let (_, setting) = told.iter().find(|(name, _)| name == key).expect(key);
        let file = setting.file.as_deref().map_or("default".to_owned(), |file| file.display().to_string());
        format!("{} {file} {:?}", setting.value, setting.line)
    };
    for (key, expected) in [
        ("reuse", "serial app/a/segment.toml Some(3)"),
        ("memory", "32MiB app/segment.toml Some(1)"),
        ("cpu", "500ms app/a/segment.toml Some(1)"),
        ("wall", "60s default None"),
        ("env.GREETING", "hi app/segment.toml Some(2)"),
        ("secrets.STRIPE_KEY", "granted app/segment.toml Some(3)"),
        ("outbound.https://a.com", "granted app/a/segment.toml Some(2)"),
        ("files./b", "a/b (read) app/a/segment.toml Some(4)"),
    ] {
        assert_eq!(row(key), expected, "{key}");
    }
    assert_eq!(told.len(), 1 + Limits::BOUNDS.len() + 5);
    let nothing = Policy::root(Owners::One).settings();
    let kinds: Vec<_> = nothing.iter().rev().take(5).map(|(key, setting)| format!("{key} {}", setting.value)).collect();
    assert_eq!(kinds, ["files none", "kv none", "outbound none", "secrets none", "env none"]);
}

#[test]
fn a_store_belongs_to_the_whole_site_or_to_the_directory_that_grants_it() {
    let other = || segment("app/b/segment.toml");
    let deep = || segment("app/a/b/segment.toml");
    let free = || root().ceiling().most("kv", "*");
    for (owners, segments, namespace) in [
        (Owners::One, vec![root().kv("s")], "s"),
        (Owners::One, vec![root(), below().kv("s")], "s"),
        (Owners::One, vec![root().kv("s"), below().kv("s")], "s"),
        (Owners::Many, vec![root().kv("s")], "s"),
        (Owners::Many, vec![root().kv("s"), below()], "s"),
        (Owners::Many, vec![free(), below().kv("s")], "s@app/a"),
        (Owners::Many, vec![free(), other().kv("s")], "s@app/b"),
        (Owners::Many, vec![free(), below().kv("s"), deep()], "s@app/a"),
        (Owners::Many, vec![free(), below().kv("s"), deep().kv("s")], "s@app/a/b"),
        (Owners::Many, vec![free().kv("s"), below().kv("s")], "s@app/a"),
    ] {
        let policy = settled(owners, &segments).expect("no fault");
        assert_eq!(policy.grants.kv["s"].to_string(), namespace, "{owners:?} {segments:?}");
    }
}

#[test]
fn a_secret_granted_again_shows_less_and_never_more() {
    let (value, hidden) = (SecretMode::Value, SecretMode::Placeholder(SecretTargets::Granted));
    let policy = settled(Owners::One, &[root().secret("K"), below().secret_as("K", hidden.clone())]).expect("tighter");
    assert_eq!(policy.grants.secrets[0].mode, hidden);
    assert_eq!(
        faults(Owners::One, &[root().secret_as("K", hidden.clone()), below().secret_as("K", value)]),
        [
            "app/a/segment.toml:1: secret K is granted here and placeholder at app/segment.toml:1; expected no more than above, since a segment can only tighten; remove it here, or change it there"
        ]
    );
    assert!(settled(Owners::One, &[root().secret_as("K", hidden.clone()), below().secret_as("K", hidden)]).is_ok());
}

#[test]
fn a_ceiling_bounds_what_is_seen_of_a_secret() {
    let hidden = SecretMode::Placeholder(SecretTargets::Granted);
    let most = |mode: &SecretMode| {
        let mut root = root().ceiling().most("secrets", "K*");
        let ceiling = root.0.ceiling.as_mut().expect("begun");
        ceiling.secrets.as_mut().expect("written").value[0].mode = mode.clone();
        root
    };
    for owners in [Owners::One, Owners::Many] {
        for (ceiling, wish, allowed) in [
            (&SecretMode::Value, &SecretMode::Value, true),
            (&SecretMode::Value, &hidden, true),
            (&hidden, &hidden, true),
            (&hidden, &SecretMode::Value, false),
        ] {
            let settled = settled(owners, &[most(ceiling), below().secret_as("KEY", wish.clone())]);
            assert_eq!(settled.is_ok(), allowed, "{ceiling} {wish}: {settled:?}");
        }
    }
    assert_eq!(
        faults(Owners::One, &[root().ceiling(), below().secret_as("KEY", hidden)]),
        [
            "app/a/segment.toml:1: grant of secret KEY as placeholder is beyond the ceiling at app/segment.toml:1; remove it here, or add it to `secrets` there"
        ]
    );
}
