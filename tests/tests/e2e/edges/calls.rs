//! Limits of a guest's own calls to other servers.

use routelet_tests::{Guest, SiteDir, TestSite, origin::Origin};
use serde_json::Value;

async fn calling(guest: Guest, origins: &[&str], limits: &str) -> TestSite {
    let policy = format!("[limits]\n{limits}\n[grants]\noutbound = {origins:?}\n");
    SiteDir::of(guest).policy(&policy).load().await
}

async fn told(site: &TestSite, target: &str) -> Value {
    site.get(target).await.json()
}

/// What a guest was told while the origin answers every call with `text`.
async fn answered(site: &TestSite, origin: &Origin, target: &str, text: &str) -> Value {
    tokio::select! {
        told = told(site, target) => told,
        () = origin.answer_all(text) => unreachable!("it answers for ever"),
    }
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn a_guest_calls_as_often_as_it_may() {
    let origin = Origin::start().await;
    for (allowed, times) in [(3, 3), (3, 4), (0, 1)] {
        let limit = format!("outbound-requests = {allowed}");
        let site = calling(Guest::CallsOutOften, &[&origin.url("")], &limit).await;
        let told = answered(&site, &origin, &format!("/?times={times}&url={}", origin.url("/")), "yes").await;
        assert_eq!(told["answered"], times.min(allowed), "{limit}, {times} times: {told}");
        assert_eq!(told["errors"].as_array().map(Vec::len), Some(usize::from(times > allowed)), "{limit}: {told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn a_guest_calls_as_often_at_once_as_it_may() {
    for key in ["outbound-concurrent", "outbound-connections"] {
        for (times, refused) in [(2, 0), (3, 1)] {
            let origin = Origin::start().await;
            let limits = format!("{key} = 2\noutbound-connect = \"500ms\"\noutbound-first-byte = \"10s\"");
            let site = calling(Guest::CallsOutAtOnce, &[&origin.url("")], &limits).await;
            let target = format!("/?times={times}&url={}", origin.url("/"));
            // Both calls are held until the third must have given up waiting for one of them.
            let holding = async {
                let held = (origin.call().await, origin.call().await);
                if refused > 0 {
                    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
                }
                held.0.answer("yes").await;
                held.1.answer("yes").await;
            };
            let (told, ()) = tokio::join!(told(&site, &target), holding);
            assert_eq!((&told["answered"], &told["refused"]), (&2.into(), &refused.into()), "{key}, {times}: {told}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn an_answer_to_a_call_is_as_large_as_it_may_be() {
    let origin = Origin::start().await;
    let site = calling(Guest::CallsOut, &[&origin.url("")], "outbound-response-body = \"1000B\"").await;
    let target = format!("/?url={}", origin.url("/"));
    let whole = answered(&site, &origin, &target, &"x".repeat(1000)).await;
    assert_eq!(whole["body"].as_str().map(str::len), Some(1000), "{whole}");
    let beyond = answered(&site, &origin, &target, &"x".repeat(1001)).await;
    assert!(beyond["error"].is_string(), "{beyond}");

    let site = calling(Guest::CallsOut, &[&origin.url("")], "outbound-response-head = \"16KiB\"").await;
    for (bytes, error) in [(15_000, false), (17_000, true)] {
        let head = format!("HTTP/1.1 200 OK\r\nx: {}\r\ncontent-length: 0\r\n\r\n", "x".repeat(bytes));
        let (told, ()) = tokio::join!(told(&site, &target), async { origin.call().await.send_raw(&head).await });
        assert_eq!(told["error"].is_string(), error, "{bytes}: {told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn a_call_has_its_time_and_no_more() {
    let origin = Origin::start().await;
    let address = origin.address();
    let (plain, secure) = (format!("http://{address}"), format!("https://{address}"));
    let half = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf";
    for (limit, url, answer) in [
        ("outbound-first-byte", &plain, ""),
        ("outbound-gap", &plain, half),
        ("outbound-total", &plain, ""),
        ("outbound-total", &plain, half),
        ("outbound-tls", &secure, ""),
    ] {
        let site = calling(Guest::CallsOut, &[&plain, &secure], &format!("{limit} = \"200ms\"")).await;
        let target = format!("/?url={url}/");
        let silent = async { origin.hold(answer).await };
        tokio::select! {
            told = told(&site, &target) => assert!(told["error"].is_string(), "{limit}: {told}"),
            () = silent => unreachable!("it holds the connection"),
        }
    }
    let full = Origin::that_accepts_nothing().await;
    let url = format!("http://{}", full.address);
    let site = calling(Guest::CallsOut, &[&url], "outbound-connect = \"200ms\"").await;
    let told = told(&site, &format!("/?url={url}/")).await;
    assert!(told["error"].as_str().is_some_and(|error| error.contains("Timeout")), "{told}");
}
