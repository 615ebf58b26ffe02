//! What is believed of files and of components, and for how long.

use std::os::unix::fs::PermissionsExt as _;

use super::*;
use crate::runtime::{
    component::open_cache,
    contract::{Demand, Kind},
};

const RULES: &str = "rules";

fn identity(file: &Path) -> Identity {
    Identity::of(&fs::metadata(file).expect("it exists"))
}

fn cache(dir: &Path) -> Option<Arc<CodeCache>> {
    Some(open_cache(dir, 1 << 20).expect("it opens"))
}

/// Those of one file, whose component was prepared.
fn findings(file: &Path) -> Findings {
    let contract = Contract {
        kind: Kind::Wasi02,
        exports: Vec::new(),
        imports: vec!["wasi:clocks/wall-clock@0.2.0".to_owned()],
        handlers: Default::default(),
        section: None,
        demand: Demand::default(),
        needs_async_engine: false,
    };
    Findings {
        digests: HashMap::from([(identity(file), [7; 32])]),
        contracts: HashMap::from([([7; 32], Arc::new(contract))]),
    }
}

#[test]
fn a_file_is_another_one_after_every_change_that_its_owner_can_make() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let (file, other) = (dir.path().join("one"), dir.path().join("other"));
    let written = |file: &Path, content: &str| fs::write(file, content).expect("writable");
    written(&file, "1234");
    let before = fs::metadata(&file).expect("it exists");
    let changes: [(&str, &dyn Fn()); 4] = [
        ("written over", &|| written(&file, "4321")),
        ("another length", &|| written(&file, "12345")),
        ("replaced by a file of the same times", &|| {
            written(&other, "4321");
            fs::rename(&other, &file).expect("one directory");
        }),
        ("its rights", &|| fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).expect("ours")),
    ];
    for (change, make) in changes {
        let known = identity(&file);
        // The clock of a file system moves in steps; whatever changes within one is no business of identities.
        until_the_clock_of_files_moves(dir.path());
        make();
        let opened = fs::File::options().write(true).open(&file).expect("ours");
        opened.set_modified(before.modified().expect("there are times")).expect("ours");
        assert_ne!(identity(&file), known, "{change}");
    }
    assert_eq!(identity(&file), identity(&file), "and the same one as long as nothing changes");
}

fn until_the_clock_of_files_moves(dir: &Path) {
    let probe = dir.join("probe");
    let now = || {
        fs::write(&probe, "").expect("writable");
        let found = fs::metadata(&probe).expect("it exists");
        (found.ctime(), found.ctime_nsec())
    };
    let before = now();
    while now() == before {}
}

#[test]
fn a_file_that_has_just_changed_is_not_believed_to_stay() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let file = dir.path().join("file");
    fs::write(&file, "").expect("writable");
    let identity = identity(&file);
    let changed = fs::metadata(&file).expect("it exists").modified().expect("there are times");
    let moment = Duration::from_millis(1);
    for (now, settled) in [
        (changed, false),
        (changed + RACY - moment, false),
        (changed + RACY + moment, true),
        // The clock of the file's system is ahead of ours.
        (changed - Duration::from_hours(1), false),
    ] {
        assert_eq!(identity.is_settled(now), settled, "{now:?}");
    }
}

#[test]
fn what_a_load_found_out_is_known_to_the_next_start() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let (store, site) = (dir.path().join("cache"), dir.path());
    let found = || findings(site);
    assert_eq!(*Known::open(cache(&store), site, RULES).findings(), Findings::default());
    Known::open(cache(&store), site, RULES).replace(found());
    assert_eq!(*Known::open(cache(&store), site, RULES).findings(), found());
    assert_eq!(*Known::open(cache(&store), site, "others").findings(), Findings::default(), "rules");
    assert_eq!(*Known::open(cache(&store), &store, RULES).findings(), Findings::default(), "another site");
    Known::open(cache(&store), site, RULES).replace(Findings::default());
    assert_eq!(*Known::open(cache(&store), site, RULES).findings(), Findings::default(), "it is no longer served");
}

#[test]
fn what_others_wrote_is_not_believed() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let (store, site) = (dir.path().join("cache"), dir.path());
    let known = || Known::open(cache(&store), site, RULES);
    known().replace(findings(site));
    let entry = store.join(name_of(site));
    let whole = fs::read(&entry).expect("it was kept");
    let forged = String::from_utf8_lossy(&whole).replace("wall-clock", "some-clock");
    for (forgery, bytes) in [("changed", forged.as_bytes()), ("cut off", &whole[..whole.len() / 2]), ("empty", b"")] {
        fs::write(&entry, bytes).expect("writable");
        assert_eq!(*known().findings(), Findings::default(), "{forgery}");
    }
    fs::write(&entry, &whole).expect("writable");
    assert_eq!(*known().findings(), findings(site), "the same bytes again");
    fs::remove_file(store.join("key")).expect("ours");
    assert_eq!(*known().findings(), Findings::default(), "another key");
}

#[test]
fn what_another_program_wrote_is_not_believed() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let (store, site) = (dir.path().join("cache"), dir.path());
    let known = Known::open(cache(&store), site, RULES);
    let other = Kept { program: "0.1.0, built a minute ago".to_owned(), ..known.kept.expect("there is a cache") };
    other.write(&findings(site));
    assert_eq!(*Known::open(cache(&store), site, RULES).findings(), Findings::default());
}
