//! Limits of requests and answers: how many at once, and how large.

use routelet_tests::{
    Answer, Guest, SiteDir,
    log::Recorded,
    site::{channel, request},
};

use super::{assert_edge, failures, limited};

#[tokio::test]
pub(super) async fn as_many_run_and_wait_as_may() {
    for (running, queue) in [(1_usize, 0_usize), (1, 1), (3, 0), (2, 3)] {
        let limits = format!("concurrency = {running}\nqueue = {queue}\nqueue-wait = \"60s\"");
        let site = limited(Guest::StreamsSlowly, &limits).await;
        let mut held = Vec::new();
        for _ in 0..running {
            let (release, body) = channel();
            held.push((release, site.open(request("POST", "/").map(|_| body)).await));
        }
        let log = Recorded::start();
        let waiting = async {
            let all = (0..queue).map(|_| Box::pin(site.get("/"))).collect::<Vec<_>>();
            futures_util::future::join_all(all).await
        };
        let beyond = async {
            let shed = site.get("/").await;
            drop(std::mem::take(&mut held).into_iter().map(|(_, response)| response).collect::<Vec<_>>());
            shed
        };
        // Polled in this order: all places in the queue are taken before the one too many comes.
        let (waited, shed) = tokio::join!(biased; waiting, beyond);
        assert_eq!(shed.status, 503, "{limits}: {shed:?}");
        assert!(!shed.header("retry-after").is_empty(), "{limits}: {shed:?}");
        assert!(waited.iter().all(|answer: &Answer| answer.status == 200), "{limits}: {waited:?}");
        assert_eq!(failures(&log.take()), ["overloaded"], "{limits}");
    }
}

#[tokio::test]
pub(super) async fn all_routes_together_run_as_many_as_the_server_may() {
    let dir = SiteDir::new().route("one", Guest::StreamsSlowly).route("other", Guest::HelloPlain);
    let site = dir.file("routelet.toml", "[server]\nconcurrency = 1\n").load().await;
    let (release, body) = channel();
    let held = site.open(request("POST", "/one").map(|_| body)).await;
    tokio::time::pause();
    let shed = site.get("/other").await;
    assert_eq!((shed.status, shed.header("retry-after").is_empty()), (503, false), "{shed:?}");
    drop(release);
    assert_eq!(Answer::read(held).await.status, 200);
    site.idle().await;
    assert_eq!(site.get("/other").await.status, 200);
}

#[tokio::test]
pub(super) async fn a_message_is_as_large_as_it_may_be() {
    let site = limited(Guest::Uploads, "request-body = \"1000B\"").await;
    assert_eq!(site.post("/", vec![b'x'; 1000]).await.text(), "1000");
    assert_eq!(site.post("/", vec![b'x'; 1001]).await.status, 413);
    let none = limited(Guest::Uploads, "request-body = \"0B\"").await;
    assert_eq!(none.post("/", "").await.text(), "0");
    assert_eq!(none.post("/", "x").await.status, 413);

    // A field is its name of three bytes, its value, and four more on the wire.
    let site = limited(Guest::SendsManyHeaders, "response-headers = \"100B\"").await;
    assert_edge(&site, "/?count=1&size=93", "/?count=1&size=94", 502, "invalid-answer").await;
    let site = limited(Guest::SendsManyHeaders, "response-header-count = 10").await;
    assert_edge(&site, "/?count=10&size=1", "/?count=11&size=1", 502, "invalid-answer").await;
}

#[tokio::test]
async fn a_path_has_as_many_segments_as_it_may() {
    let site = SiteDir::new().route("[...path]", Guest::HelloPlain).load().await;
    assert_eq!(site.get(&"/s".repeat(64)).await.status, 200);
    let beyond = site.get(&"/s".repeat(65)).await;
    assert!([400, 404, 414].contains(&beyond.status), "{beyond:?}");
}
