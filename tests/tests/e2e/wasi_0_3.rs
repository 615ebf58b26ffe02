//! WASI 0.3, where it is switched on: served from an engine of its own, whole or visibly broken.

use routelet_tests::{Guest, SiteDir, client::Raw};

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
async fn scheme_and_authority_are_set_however_a_client_names_its_target() {
    let site = switched_on().route("", Guest::SpeaksWasi03).load().await;
    let server = site.serve().await;
    for (target, host) in [("/?q", "example.org"), ("http://example.org/?q", "example.org"), ("/?q", "127.0.0.1:81")] {
        let mut client = Raw::connect(server.address).await;
        client.send(&format!("GET {target} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n")).await;
        let answer = client.to_close().await;
        let expected = format!("Some(Scheme::Http) Some(\"{host}\") /?q");
        assert!(answer.contains(&expected), "{target} of {host}: {answer}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_minor_of_0_3_is_served() {
    const MADE_WITH: &[u8] = b"@0.3.2";
    let made = Guest::SpeaksWasi03.bytes();
    let names = made.windows(MADE_WITH.len()).filter(|at| *at == MADE_WITH).count();
    assert!(names > 10, "the guest was made with another minor");
    let mut dir = switched_on();
    for minor in ["@0.3.0", "@0.3.1", "@0.3.2"] {
        dir = dir.component(&minor[1..], &renamed(&made, MADE_WITH, minor.as_bytes()));
    }
    let site = dir.load().await;
    for minor in ["0.3.0", "0.3.1", "0.3.2"] {
        assert_eq!(site.get(&format!("/{minor}")).await.status, 200, "{minor}");
    }
}

/// The bytes with one text in the place of another of the same length.
fn renamed(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut renamed = bytes.to_vec();
    for at in 0..=bytes.len() - from.len() {
        if &bytes[at..at + from.len()] == from {
            renamed[at..at + to.len()].copy_from_slice(to);
        }
    }
    renamed
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
