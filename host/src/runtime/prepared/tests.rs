//! What becomes of a component whose code is gone by the time it is needed.

use std::{
    fs,
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
};

use routelet_tests::Guest;
use sha2::{Digest as _, Sha256};

use super::*;
use crate::{
    config::StoresSource,
    policy::{Owners, Policy},
    runtime::{
        compile::CompileBounds,
        contract,
        host::{Host, HostSettings},
        kv::Stores,
        warming::Warming,
    },
};

fn host(cache: &Path) -> Host {
    let settings = HostSettings {
        site: cache,
        guests: 1,
        wasi_0_3: false,
        outbound_connections: 1,
        stores: Stores::at(&StoresSource::Nowhere).expect("there is nothing to open"),
        open_files: 1,
        cache_dir: Some(cache),
        cache_bytes: 1 << 30,
        compiler: None,
    };
    Host::new(&settings).expect("an engine")
}

/// A component, its file holding `now` by now; and how often that was read.
fn source(now: &'static [u8]) -> (Source, Arc<AtomicUsize>) {
    let bytes = Guest::HelloPlain.bytes();
    let contract = Arc::new(contract::read(&bytes, false).expect("a good contract"));
    let bounds = CompileBounds::of(&Policy::root(Owners::One).limits);
    let reads = Arc::<AtomicUsize>::default();
    let counted = reads.clone();
    let digest = Sha256::digest(&bytes).into();
    let read = move || {
        counted.fetch_add(1, Ordering::Relaxed);
        Ok(if now.is_empty() { bytes.clone() } else { now.to_vec() })
    };
    (Source { digest, contract, bounds, read: Box::new(read) }, reads)
}

const UNCHANGED: &[u8] = b"";

/// A component that a start found in the cache, with what becomes of the cache then.
fn prepared(cache: &Path, host: &Host, now: &'static [u8], then: fn(&Path)) -> (Prepared, Arc<AtomicUsize>) {
    host.prepare(source(UNCHANGED).0, &Guest::HelloPlain.bytes()).expect("it compiles");
    let (source, reads) = source(now);
    let prepared = host.prepare_later(source).expect("it is in the cache");
    for entry in fs::read_dir(cache).expect("a directory") {
        let path = entry.expect("readable").path();
        if !path.ends_with("key") {
            then(&path);
        }
    }
    assert!(!prepared.is_loaded());
    (prepared, reads)
}

fn stays(_: &Path) {}

fn is_evicted(entry: &Path) {
    fs::remove_file(entry).expect("ours");
}

fn is_damaged(entry: &Path) {
    let mut bytes = fs::read(entry).expect("readable");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(entry, bytes).expect("ours");
}

#[tokio::test]
async fn code_that_is_gone_or_damaged_is_made_again_while_who_needs_it_waits() {
    for (then, reads_expected) in [(stays as fn(&Path), 0), (is_evicted, 1), (is_damaged, 1)] {
        let cache = tempfile::tempdir().expect("a temporary directory");
        let host = host(cache.path());
        let (prepared, reads) = prepared(cache.path(), &host, UNCHANGED, then);
        assert!(prepared.linked().await.is_ok());
        assert!(prepared.is_loaded());
        assert_eq!(reads.load(Ordering::Relaxed), reads_expected);
        assert!(
            host.prepare_later(source(UNCHANGED).0).is_some_and(|kept| {
                kept.warm();
                kept.is_loaded()
            }),
            "it is kept again"
        );
    }
}

#[tokio::test]
async fn all_who_need_the_same_code_wait_for_one_and_who_leaves_stops_nothing() {
    let cache = tempfile::tempdir().expect("a temporary directory");
    let host = host(cache.path());
    let (prepared, reads) = prepared(cache.path(), &host, UNCHANGED, is_evicted);
    let mut leaves = Box::pin(prepared.linked());
    while reads.load(Ordering::Relaxed) == 0 {
        assert!(futures_util::poll!(&mut leaves).is_pending());
        tokio::task::yield_now().await;
    }
    drop(leaves);
    let waits = [prepared.linked(), prepared.linked(), prepared.linked()];
    assert!(futures_util::future::join_all(waits).await.iter().all(Result::is_ok));
    assert_eq!(reads.load(Ordering::Relaxed), 1, "it was read and compiled once");
}

#[tokio::test(start_paused = true)]
async fn a_component_that_is_another_one_by_now_is_not_run_and_looked_at_once_a_second() {
    let cache = tempfile::tempdir().expect("a temporary directory");
    let host = host(cache.path());
    let (prepared, reads) = prepared(cache.path(), &host, b"another component", is_evicted);
    for (after, reads_expected) in [(Duration::ZERO, 1), (REST_MIN / 2, 1), (REST_MIN, 2)] {
        tokio::time::advance(after).await;
        let refused = prepared.linked().await.err();
        assert!(refused.is_some_and(|error| matches!(*error, PrepareError::Changed)));
        assert_eq!(reads.load(Ordering::Relaxed), reads_expected, "{after:?} later");
    }
}

#[tokio::test]
async fn warming_loads_what_is_kept_and_compiles_nothing() {
    let cache = tempfile::tempdir().expect("a temporary directory");
    let host = host(cache.path());
    let (kept, _) = prepared(cache.path(), &host, UNCHANGED, stays);
    let warming = Warming::of(vec![kept.clone()]).expect("a thread");
    // Whoever asks either waits for its turn or is first; both end.
    assert!(kept.linked().await.is_ok());
    drop(warming);
    let (gone, reads) = prepared(cache.path(), &host, UNCHANGED, is_evicted);
    gone.warm();
    assert!(!gone.is_loaded() && reads.load(Ordering::Relaxed) == 0, "that is left to a request");
}
