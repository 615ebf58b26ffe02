//! WASI 0.3, where it is switched on: served from an engine of its own, whole or visibly broken.

use routelet_tests::{Guest, SiteDir};

fn switched_on() -> SiteDir {
    SiteDir::new().file("routelet.toml", "wasi-0-3 = true\n")
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn a_guest_of_either_generation_answers_in_one_site() {
    let site = switched_on().route("new", Guest::SpeaksWasi03).route("old", Guest::HelloPlain).load().await;
    let new = site.get("/new?q").await;
    assert_eq!((new.status, new.complete), (200, true));
    assert_eq!(new.text(), "Some(Scheme::Http) Some(\"localhost\") /new?q\nsecond\n", "scheme and authority are set");
    assert_eq!(site.get("/old").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trap_between_two_pieces_never_looks_complete() {
    let site = switched_on().route("", Guest::SpeaksWasi03).load().await;
    let answer = site.get("/?traps").await;
    assert!(!answer.complete, "{answer:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_refused_where_it_is_not_switched_on() {
    let faults = SiteDir::of(Guest::SpeaksWasi03).faults().await;
    assert_eq!(faults.len(), 1);
    assert!(faults[0].contains("wasi-0-3 = true"), "{faults:?}");
}
