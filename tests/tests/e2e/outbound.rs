//! Guests that call out: only what their policy grants, never a private address by a name, within bounds.

use std::time::Duration;

use routelet_tests::{Guest, SiteDir, TestSite, client::Raw, origin::Origin};
use serde_json::{Value, json};

async fn granting(guest: Guest, entries: &[&str]) -> TestSite {
    let policy = format!("[grants]\noutbound = {entries:?}\n");
    SiteDir::of(guest).policy(&policy).load().await
}

async fn told(site: &TestSite, url: &str) -> Value {
    site.get(&format!("/?url={url}")).await.json()
}

/// Whether anybody has called, now that everything that could has ended.
async fn was_called(origin: &Origin) -> bool {
    tokio::time::timeout(Duration::ZERO, origin.call()).await.is_ok()
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn a_granted_address_is_called() {
    let origin = Origin::start().await;
    let site = granting(Guest::CallsOut, &[&origin.url("")]).await;
    let url = origin.url("/path?and=query");
    let (told, head) = tokio::join!(told(&site, &url), async {
        let call = origin.call().await;
        let head = call.head.clone();
        call.answer("from the origin").await;
        head
    });
    assert_eq!(told, json!({ "status": 200, "body": "from the origin" }));
    assert!(head.starts_with("GET /path?and=query HTTP/1.1\r\n"), "{head}");
    assert!(head.contains(&format!("host: {}\r\n", origin.address())), "{head}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_granted_is_refused_and_never_reached() {
    let origin = Origin::start().await;
    let (address, port) = (origin.address(), origin.address().port());
    for entries in [vec![], vec!["https://example.com"], vec!["http://127.0.0.1:1"]] {
        let site = granting(Guest::CallsOut, &entries).await;
        for url in [format!("http://{address}/"), format!("http://localhost:{port}/")] {
            let told = told(&site, &url).await;
            assert_eq!(told["error"], "ErrorCode::HttpRequestDenied", "{entries:?} {url}: {told}");
        }
    }
    assert!(!was_called(&origin).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_for_this_machine_cannot_be_granted() {
    let dir = SiteDir::of(Guest::CallsOut).policy("[grants]\noutbound = [\"http://localhost:9000\"]\n");
    assert_eq!(
        dir.faults().await,
        ["app/segment.toml:2: outbound entry \"http://localhost:9000\"; expected a host; a name never leads to \
             this machine; write 127.0.0.1 or [::1]"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn another_spelling_of_an_address_is_another_host() {
    let origin = Origin::start().await;
    let port = origin.address().port();
    let site = granting(Guest::CallsOut, &["https://*.example.com", "http://example.com:80"]).await;
    for host in ["2130706433", "127.1", "0x7f.1", "017700000001", "0", "[::1]", "[::ffff:127.0.0.1]", "localhost."] {
        let told = told(&site, &format!("http://{host}:{port}/")).await;
        assert!(told["error"].is_string(), "{host}: {told}");
    }
    assert!(!was_called(&origin).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_is_handed_to_the_guest_and_not_followed() {
    let origin = Origin::start().await;
    let site = granting(Guest::CallsOut, &[&origin.url("")]).await;
    let url = origin.url("/");
    let elsewhere = "HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/\r\ncontent-length: 0\r\n\r\n";
    let (told, ()) = tokio::join!(told(&site, &url), async { origin.call().await.send_raw(elsewhere).await });
    assert_eq!(told["status"], 302, "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_origin_that_breaks_off_is_an_error_for_the_guest() {
    let origin = Origin::start().await;
    let site = granting(Guest::CallsOut, &[&origin.url("")]).await;
    for broken in [
        "",
        "not http\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nhalf",
    ] {
        let url = origin.url("/");
        let (told, ()) = tokio::join!(told(&site, &url), async { origin.call().await.send_raw(broken).await });
        assert!(told["error"].is_string(), "{broken:?}: {told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_origin_that_keeps_silent_is_given_up() {
    let origin = Origin::start().await;
    let policy = format!("[limits]\noutbound-first-byte = \"200ms\"\n[grants]\noutbound = [\"{}\"]\n", origin.url(""));
    let site = SiteDir::of(Guest::CallsOut).policy(&policy).load().await;
    let url = origin.url("/");
    let (told, call) = tokio::join!(told(&site, &url), origin.call());
    assert!(told["error"].as_str().is_some_and(|error| error.contains("Timeout")), "{told}");
    drop(call);
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn one_request_calls_out_only_so_often() {
    let origin = Origin::start().await;
    let policy = format!("[limits]\noutbound-requests = 3\n[grants]\noutbound = [\"{}\"]\n", origin.url(""));
    let site = SiteDir::of(Guest::CallsOutOften).policy(&policy).load().await;
    let target = format!("/?times=5&url={}", origin.url("/"));
    let told = tokio::select! {
        answer = site.get(&target) => answer.json(),
        () = origin.answer_all("yes") => unreachable!("it answers for ever"),
    };
    assert_eq!(told["answered"], 3, "{told}");
    assert_eq!(told["errors"].as_array().map(Vec::len), Some(1), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn a_guest_works_on_after_its_answer() {
    let origin = Origin::start().await;
    let policy = format!("[limits]\nconcurrency = 1\nqueue = 0\n[grants]\noutbound = [\"{}\"]\n", origin.url(""));
    let site = SiteDir::of(Guest::RunsAfter).policy(&policy).load().await;
    let target = format!("/?url={}", origin.url("/after"));
    let answer = site.get(&target).await;
    assert_eq!((answer.status, answer.text()), (200, "answered\n"));
    let call = origin.call().await;
    assert!(call.head.starts_with("GET /after "), "{}", call.head);
    assert_eq!(site.get(&target).await.status, 503, "the place is held until the guest's task ends");
    call.answer("done").await;
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn a_route_that_calls_itself_is_stopped_at_the_eighth_level() {
    let site = SiteDir::of(Guest::CallsItself).load().await;
    let server = site.serve().await;
    let own = format!("[grants]\noutbound = [\"http://{}\"]\n", server.address);
    site.dir().write("app/segment.toml", own);
    site.reload().await.expect("the new state is faultless");
    let mut client = Raw::connect(server.address).await;
    client.send(&format!("GET / HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n", server.address)).await;
    let answer = client.to_close().await;
    assert!(answer.contains("508\n"), "{answer}");
    assert!(answer.matches("200\n").count() <= 8, "{answer}");
    server.stop().await;
}
