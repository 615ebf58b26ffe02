//! Books of directories, without a guest.

use std::fs;

use super::*;

/// A directory in a temporary place, and its ledger.
fn ledger() -> (tempfile::TempDir, Arc<Ledger>) {
    let dir = tempfile::tempdir().unwrap();
    let ledger = SharedFiles::new(1).ledger((0, 0), File::open(dir.path()).unwrap());
    (dir, ledger)
}

fn space(bytes: u64, entries: u64) -> Space {
    Space { bytes, entries }
}

async fn take(ledger: &Arc<Ledger>, wanted: Space, most: Space) -> bool {
    ledger.take(ledger.still().await, wanted, most).is_some()
}

#[test]
fn room_is_asked_for_what_grows_and_not_for_what_stays() {
    for (held, wanted, most, has) in [
        (space(0, 0), space(8, 1), space(8, 1), true),
        (space(0, 0), space(9, 0), space(8, 1), false),
        (space(8, 1), space(0, 0), space(8, 1), true),
        (space(9, 2), space(0, 0), space(8, 1), true),
        (space(9, 0), space(0, 1), space(8, 1), true),
        (space(0, 2), space(8, 0), space(8, 1), true),
        (space(0, 1), space(0, 1), space(8, 1), false),
        (space(u64::MAX, 0), space(1, 0), space(u64::MAX, 1), true),
        (space(1, 0), space(u64::MAX, 0), space(8, 1), false),
    ] {
        assert_eq!(held.has_room(wanted, most), has, "{held:?} {wanted:?} {most:?}");
    }
}

#[tokio::test]
async fn nothing_is_taken_before_the_first_count_and_a_count_sees_what_is_there() {
    let (dir, ledger) = ledger();
    fs::create_dir(dir.path().join("sub")).unwrap();
    fs::write(dir.path().join("sub/file"), "12345678").unwrap();
    fs::hard_link(dir.path().join("sub/file"), dir.path().join("again")).unwrap();
    let most = space(10, 5);
    assert!(!take(&ledger, space(0, 0), most).await);
    ledger.count_since(ledger.counts()).await;
    assert!(!take(&ledger, space(3, 0), most).await, "8 of 10 bytes are there, once");
    assert!(take(&ledger, space(2, 0), most).await);
    assert!(!take(&ledger, space(1, 0), most).await);
    assert!(take(&ledger, space(0, 2), most).await, "3 of 5 names are there");
    assert!(!take(&ledger, space(0, 1), most).await);
}

#[tokio::test]
async fn a_file_without_a_name_counts_until_it_is_closed() {
    let (dir, ledger) = ledger();
    fs::write(dir.path().join("file"), "12345678").unwrap();
    let open = Arc::new(File::open(dir.path().join("file")).unwrap());
    ledger.opened(&open);
    fs::remove_file(dir.path().join("file")).unwrap();
    ledger.count_since(ledger.counts()).await;
    assert!(!take(&ledger, space(3, 0), space(10, 5)).await);
    drop(open);
    ledger.count_since(ledger.counts()).await;
    assert!(take(&ledger, space(10, 0), space(10, 5)).await);
}

#[tokio::test]
async fn a_count_waits_for_changes_and_one_count_serves_all_who_ask() {
    let (_dir, ledger) = ledger();
    let before = ledger.counts();
    ledger.count_since(before).await;
    let change = ledger.take(ledger.still().await, space(1, 1), space(10, 5)).expect("there is room");
    let counting = tokio::spawn({
        let ledger = ledger.clone();
        async move { ledger.count_since(ledger.counts()).await }
    });
    tokio::task::yield_now().await;
    assert!(!counting.is_finished());
    change.undo();
    counting.await.unwrap();
    assert_eq!(ledger.counts(), before + 2);
    ledger.count_since(before).await;
    assert_eq!(ledger.counts(), before + 2, "somebody has counted since");
}
