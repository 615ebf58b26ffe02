use super::*;
use crate::policy::OutboundRule;

fn locked() -> Locked {
    let list = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    Locked {
        file: "app/route.wasm".into(),
        sha256: "00".to_owned(),
        kind: "route".to_owned(),
        reuse: "never".to_owned(),
        methods: list(&["GET"]),
        imports: list(&["wasi:http/types@0.2.10"]),
        env: list(&["A"]),
        secrets: list(&["A = placeholder for https://a.com", "S = value"]),
        outbound: list(&["https://a.com"]),
        files: list(&["/data = data (read)", "/out = out (read-write)"]),
        kv: list(&["sessions = sessions"]),
    }
}

fn lock(component: Vec<Locked>) -> Lock {
    Lock { version: VERSION, component }
}

#[test]
fn what_is_written_is_read_again() {
    let lock = lock(vec![locked()]);
    let text = lock.to_string();
    assert!(text.starts_with(HEAD), "{text}");
    assert_eq!(Lock::parse(Path::new(LOCK_FILE), &text), Ok(lock));
}

/// What becomes of a component, what kind of difference that is, and what it has more and less.
type Edit = (fn(&mut Locked), Change, &'static [&'static str], &'static [&'static str]);

const EDITS: [Edit; 20] = [
    (|new| new.methods.push("POST".into()), Change::WantsMore, &["method POST"], &[]),
    (|new| new.imports.push("wasi:sockets/tcp@0.2.0".into()), Change::WantsMore, &["import wasi:sockets/tcp@0.2"], &[]),
    (
        |new| new.imports[0] = "wasi:http/types@0.3.0".into(),
        Change::WantsMore,
        &["import wasi:http/types@0.3"],
        &["import wasi:http/types@0.2"],
    ),
    (|new| new.env.push("B".into()), Change::WantsMore, &["env B"], &[]),
    (|new| new.secrets.push("T = value".into()), Change::WantsMore, &["secret T = value"], &[]),
    (
        |new| new.secrets[0] = "A = value".into(),
        Change::WantsMore,
        &["secret A = value"],
        &["secret A = placeholder for https://a.com"],
    ),
    (
        |new| new.secrets[0] = "A = placeholder".into(),
        Change::WantsMore,
        &["secret A = placeholder"],
        &["secret A = placeholder for https://a.com"],
    ),
    (
        |new| new.secrets.push("A = placeholder for https://b.com".into()),
        Change::WantsMore,
        &["secret A = placeholder for https://b.com"],
        &[],
    ),
    (|new| new.secrets[1] = "S = placeholder".into(), Change::WantsLess, &[], &["secret S = value"]),
    (|new| new.secrets[1] = "S = placeholder for https://a.com".into(), Change::WantsLess, &[], &["secret S = value"]),
    (|new| new.files[1] = "/out = out (read)".into(), Change::WantsLess, &[], &["files /out = out (read-write)"]),
    (
        |new| new.outbound[0] = "https://b.com".into(),
        Change::WantsMore,
        &["outbound https://b.com"],
        &["outbound https://a.com"],
    ),
    (
        |new| new.files[0] = "/data = data (read-write)".into(),
        Change::WantsMore,
        &["files /data = data (read-write)"],
        &["files /data = data (read)"],
    ),
    (|new| new.kv.push("k = k".into()), Change::WantsMore, &["kv k = k"], &[]),
    (|new| new.reuse = "serial".into(), Change::WantsMore, &["reuse serial"], &[]),
    (|new| new.kind = "wasi-0.2".into(), Change::WantsMore, &["kind wasi-0.2"], &["kind route"]),
    (|new| new.methods.clear(), Change::WantsLess, &[], &["method GET"]),
    (|new| new.kv.clear(), Change::WantsLess, &[], &["kv sessions = sessions"]),
    (|new| new.sha256 = "ff".into(), Change::BytesOnly, &[], &[]),
    (
        |new| {
            new.sha256 = "ff".into();
            new.imports[0] = "wasi:http/types@0.2.12".into();
        },
        Change::BytesOnly,
        &[],
        &[],
    ),
];

#[test]
fn every_new_wish_is_told_and_what_is_gone_too() {
    for (edit, change, more, less) in EDITS {
        let mut new = locked();
        edit(&mut new);
        let differences = lock(vec![locked()]).compare(&lock(vec![new.clone()]));
        let [Difference { change: told, more: has, less: has_not, .. }] = differences.as_slice() else {
            panic!("{new:?}: {differences:?}")
        };
        assert_eq!((*told, has.as_slice(), has_not.as_slice()), (change, &*owned(more), &*owned(less)), "{new:?}");
    }
    assert!(lock(vec![locked()]).compare(&lock(vec![locked()])).is_empty());
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn components_that_come_and_go_are_told() {
    let other = Locked { file: "app/other/route.wasm".into(), ..locked() };
    let told = |old, new| -> Vec<_> {
        lock(old).compare(&lock(new)).into_iter().map(|difference| (difference.file, difference.change)).collect()
    };
    assert_eq!(told(vec![locked()], vec![locked(), other.clone()]), [(other.file.clone(), Change::New)]);
    assert_eq!(told(vec![locked(), other.clone()], vec![locked()]), [(other.file.clone(), Change::Gone)]);
}

#[test]
fn what_is_no_lock_file_says_so() {
    for (text, message) in [
        ("version = 1\n", "routelet.lock: has version 1; expected version 2; write it anew with `routelet lock`"),
        ("version = 2\nmore = 1\n", "routelet.lock:2: is no lock file: unknown field `more`"),
        ("version = 2\n[[component]]\nfile = 1\n", "routelet.lock:3: is no lock file: invalid type"),
        ("{", "routelet.lock:1: is no lock file"),
    ] {
        let fault = Lock::parse(Path::new(LOCK_FILE), text).expect_err(text).to_string();
        assert!(fault.starts_with(message), "{fault}");
    }
}

#[test]
fn a_secret_is_locked_with_what_its_guest_sees_and_where_it_goes() {
    let rules = |entries: &[&str]| {
        let rules = entries.iter().map(|entry| OutboundRule::parse(entry).expect("an entry"));
        SecretMode::Placeholder(SecretTargets::Only(rules.collect()))
    };
    for (mode, locked) in [
        (SecretMode::Value, &["S = value"] as &[&str]),
        (SecretMode::Placeholder(SecretTargets::Granted), &["S = placeholder"]),
        (
            rules(&["https://b.com", "https://a.com"]),
            &["S = placeholder for https://a.com", "S = placeholder for https://b.com"],
        ),
    ] {
        assert_eq!(locked_secret(&SecretGrant { name: "S".to_owned(), mode }), locked);
    }
}
