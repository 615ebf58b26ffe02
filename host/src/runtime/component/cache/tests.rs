//! What a cache of code believes, keeps and gives up.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    time::{Duration, SystemTime},
};

use super::*;
use crate::runtime::component::{key::KEY_FILE, open_cache};

const ROOM: u64 = 1 << 20;

fn opened(dir: &Path) -> CodeCache {
    CodeCache::open(dir, ROOM).expect("opens")
}

fn names(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).expect("the cache is a directory");
    let mut names: Vec<_> =
        entries.map(|entry| entry.expect("readable").file_name().into_string().expect("text")).collect();
    names.sort();
    names
}

#[test]
fn an_entry_counts_only_as_it_was_written() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let cache = opened(dir.path());
    cache.keep("name", b"some code");
    assert_eq!(cache.entry("name").expect("what was written is read back").code(), b"some code");

    let path = dir.path().join("name");
    let whole = fs::read(&path).expect("readable");
    let mut flipped = whole.clone();
    flipped[3] ^= 1;
    let longer = [&whole[..], b"x"].concat();
    for bad in [flipped, longer, whole[..whole.len() / 2].to_vec(), vec![], vec![0; 10], vec![0; MAC_BYTES]] {
        fs::write(&path, &bad).expect("writable");
        assert!(cache.entry("name").is_none(), "{bad:?}");
        cache.keep("name", b"some code");
        assert!(cache.entry("name").is_some(), "it is replaced");
    }
    fs::rename(&path, dir.path().join("another")).expect("one directory");
    assert!(cache.entry("another").is_none(), "an entry is bound to its name");
}

#[test]
fn an_entry_that_others_may_write_is_not_believed() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let cache = opened(dir.path());
    cache.keep("name", b"some code");
    fs::set_permissions(dir.path().join("name"), fs::Permissions::from_mode(0o666)).expect("ours");
    assert!(cache.entry("name").is_none());
}

#[test]
fn another_key_makes_every_entry_foreign() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    opened(dir.path()).keep("name", b"some code");
    for damage in [None, Some(&b"half a key"[..])] {
        match damage {
            None => fs::remove_file(dir.path().join(KEY_FILE)).expect("removable"),
            Some(bytes) => fs::write(dir.path().join(KEY_FILE), bytes).expect("writable"),
        }
        assert!(opened(dir.path()).entry("name").is_none());
    }
}

#[test]
fn the_key_is_for_its_owner_alone_and_all_take_the_same() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let (first, second) = (opened(dir.path()), opened(dir.path()));
    assert_eq!(first.key, second.key);
    let mode = fs::metadata(dir.path().join(KEY_FILE)).expect("exists").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn a_cache_that_others_could_touch_is_not_used() {
    for (file, mode) in [("", 0o777), ("", 0o770), (KEY_FILE, 0o644), (KEY_FILE, 0o660)] {
        let dir = tempfile::tempdir().expect("a temporary directory");
        opened(dir.path());
        fs::set_permissions(dir.path().join(file), fs::Permissions::from_mode(mode)).expect("ours");
        assert!(open_cache(dir.path(), ROOM).is_none(), "{file:?} {mode:o}");
    }
}

#[test]
fn what_was_used_longest_ago_makes_room() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let cache = CodeCache::open(dir.path(), 3 * 100).expect("opens");
    let code = [0; 100 - MAC_BYTES];
    let long_ago = SystemTime::now() - Duration::from_hours(1);
    for (name, age) in [("a", 0), ("b", 1), ("c", 2)] {
        cache.keep(name, &code);
        let file = File::open(dir.path().join(name)).expect("it was kept");
        file.set_modified(long_ago + Duration::from_secs(age)).expect("ours");
    }
    assert!(cache.entry("a").is_some(), "and is the one used last from now on");
    cache.keep("d", &code);
    assert_eq!(names(dir.path()), ["a", "c", "d", KEY_FILE]);
    cache.keep("larger than all", &[0; 3 * 100]);
    assert_eq!(names(dir.path()), ["a", "c", "d", KEY_FILE], "nothing is given up for what never fits");
}

#[test]
fn what_a_killed_writer_left_is_cleared_away_and_what_a_living_one_writes_is_not() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let alive = room::unfinished(dir.path()).expect("writable");
    let (killed, left) = room::unfinished(dir.path()).expect("writable").keep().expect("it is not removed");
    drop(killed);
    opened(dir.path());
    assert!(alive.path().exists());
    assert!(!left.exists());
}

#[test]
fn a_disk_without_room_costs_the_entry_alone() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let cache = opened(dir.path());
    fs::remove_file(dir.path().join(KEY_FILE)).expect("removable");
    fs::remove_dir(dir.path()).expect("empty");
    cache.keep("name", b"some code");
    assert!(cache.entry("name").is_none());
}

#[test]
fn the_engine_that_compiles_names_its_code_as_the_engines_that_run_it() {
    use crate::runtime::engine::{self, Allocation, Flavour, GuestEngine};
    let name = |engine: &Engine| entry_name(engine, b"a component");
    for flavour in [Flavour::Sync, Flavour::Concurrent] {
        let compiling = engine::for_compiling(flavour, None).expect("an engine");
        for allocation in [Allocation::Pooling, Allocation::OnDemand] {
            let serving = GuestEngine::with_allocation(flavour, 4, allocation).expect("an engine");
            assert_eq!(name(&compiling), name(serving.engine()), "{flavour:?} {allocation:?}");
        }
    }
    let engines =
        [Flavour::Sync, Flavour::Concurrent].map(|flavour| engine::for_compiling(flavour, None).expect("engine"));
    assert_ne!(name(&engines[0]), name(&engines[1]), "and each flavour by another name");
}
