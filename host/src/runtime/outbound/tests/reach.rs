//! Who a guest reaches: rules before names, addresses after, nothing on the wire when refused.

use std::sync::{Arc, Mutex};

use http::{Method, StatusCode};
use tracing::{
    Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};
use wasmtime_wasi_http::Error;

use super::kit::{Origin, Scripted, Setup, answered, beside, fetch, fetch_from, get, granted, lock, ok, send};
use crate::{policy::OutboundRule, runtime::outbound::target::Target};

#[tokio::test]
async fn a_literal_address_that_is_granted_is_reached() {
    let origin = Origin::start().await;
    let mut guest = granted(&[origin.url()]);
    let (answer, head) = fetch_from(&mut guest, format!("{}/a?b=c", origin.url()), &origin, ok("hello")).await;
    assert_eq!(answer.expect("an answer").body(), "hello");
    let host = origin.url().replace("http://", "");
    assert_eq!(head, format!("GET /a?b=c HTTP/1.1\r\nhost: {host}\r\nroutelet-depth: 1\r\n\r\n"));
}

#[tokio::test]
async fn a_large_answer_is_carried_whole() {
    let origin = Origin::start().await;
    let large = "0123456789abcdef".repeat(1 << 18);
    let (answer, _) = fetch_from(&mut granted(&[origin.url()]), origin.url(), &origin, ok(&large)).await;
    assert!(*answer.expect("an answer").body() == large);
}

#[tokio::test]
async fn what_is_not_granted_sees_no_connection_and_asks_no_resolver() {
    let origin = Origin::start().await;
    let port = origin.port();
    let other_port = if port == 80 { 81 } else { port - 1 };
    let rows = [
        (vec![], origin.url()),
        (vec![format!("http://127.0.0.1:{other_port}")], origin.url()),
        (vec![format!("https://127.0.0.1:{port}")], origin.url()),
        (vec![format!("http://127.0.0.2:{port}")], origin.url()),
        (vec![format!("http://host.test:{port}")], origin.url()),
        (vec![format!("http://*.example.com:{port}")], format!("http://example.com:{port}")),
        (vec![format!("http://example.com:{port}")], format!("http://example.com.evil.test:{port}")),
        (vec![format!("http://example.com:{port}")], format!("http://evilexample.com:{port}")),
        (vec![format!("http://127.0.0.1:{port}")], format!("http://host.test:{port}")),
        (vec![format!("http://[::1]:{port}")], format!("http://localhost:{port}")),
    ];
    for (grants, uri) in rows {
        let resolver = Scripted::new([&["127.0.0.1"]]);
        let mut guest = Setup { resolver: resolver.clone(), ..Setup::default() }.guest(&grants);
        let answer = fetch(&mut guest, &uri).await;
        assert!(matches!(answer, Err(Error::HttpRequestDenied)), "{grants:?} let {uri} pass: {answer:?}");
        assert_eq!(resolver.asked(), 0, "{uri} was looked up");
    }
    origin.saw_nobody().await;
}

#[tokio::test]
async fn a_granted_name_never_leads_inside() {
    let origin = Origin::start().await;
    let port = origin.port();
    for address in
        ["127.0.0.1", "::ffff:127.0.0.1", "0.0.0.0", "::", "::1", "10.0.0.1", "169.254.169.254", "64:ff9b::7f00:1"]
    {
        let resolver = Scripted::new([&[address]]);
        let mut guest = Setup { resolver, ..Setup::default() }.guest(&[format!("http://inside.test:{port}")]);
        let answer = fetch(&mut guest, format!("http://inside.test:{port}/")).await;
        assert!(matches!(answer, Err(Error::DestinationIpProhibited)), "{address}: {answer:?}");
    }
    origin.saw_nobody().await;
}

#[tokio::test]
async fn of_mixed_addresses_only_the_granted_are_tried() {
    let origin = Origin::start().await;
    let port = origin.port();
    let resolver = Scripted::new([&["10.0.0.1", "127.0.0.2", "127.0.0.1", "::ffff:127.0.0.1", "169.254.169.254"]]);
    let grants = [format!("http://mixed.test:{port}"), origin.url()];
    let mut guest = Setup { resolver, ..Setup::default() }.guest(&grants);
    let (answer, head) = fetch_from(&mut guest, format!("http://Mixed.TEST.:{port}/"), &origin, ok("in")).await;
    assert_eq!(answer.expect("an answer").body(), "in");
    assert!(head.contains(&format!("host: mixed.test:{port}\r\n")), "{head}");
}

#[tokio::test]
async fn a_name_that_changes_its_address_is_judged_by_the_address_used() {
    let origin = Origin::start().await;
    let port = origin.port();
    let sink = Origin::at(&format!("127.0.0.2:{port}")).await;
    let resolver = Scripted::new([&["127.0.0.1"], &["127.0.0.2"], &["127.0.0.1"], &["127.0.0.2"]]);
    let grants = [format!("http://rebinding.test:{port}"), origin.url()];
    let mut guest = Setup { resolver: resolver.clone(), ..Setup::default() }.guest(&grants);
    for turn in 0..4 {
        let sending = fetch(&mut guest, format!("http://rebinding.test:{port}/"));
        if turn % 2 == 0 {
            let answer = beside(sending, origin.answer(ok("vetted"))).await;
            assert_eq!(answer.expect("an answer").body(), "vetted");
        } else {
            assert!(matches!(sending.await, Err(Error::DestinationIpProhibited)));
        }
        assert_eq!(resolver.asked(), turn + 1, "each request is resolved once");
    }
    sink.saw_nobody().await;
    origin.saw_nobody().await;
}

#[tokio::test]
async fn a_network_that_is_granted_lets_literals_and_names_in() {
    let origin = Origin::start().await;
    let port = origin.port();
    let grants = [format!("http://127.0.0.0/8:{port}"), format!("http://name.test:{port}")];
    for uri in [origin.url(), format!("http://name.test:{port}"), format!("http://localhost:{port}")] {
        let mut guest = Setup { resolver: Scripted::new([&["127.0.0.1"]]), ..Setup::default() }.guest(&grants);
        let (answer, _) = fetch_from(&mut guest, uri, &origin, ok("in")).await;
        assert_eq!(answer.expect("an answer").body(), "in");
    }
}

#[tokio::test]
async fn a_name_without_addresses_is_a_failure_of_dns() {
    for resolver in [Scripted::new([]), Scripted::new([&[]])] {
        let mut guest = Setup { resolver, ..Setup::default() }.guest(&["https://gone.test".to_owned()]);
        assert!(matches!(fetch(&mut guest, "https://gone.test/").await, Err(Error::DnsError { .. })));
    }
}

#[tokio::test]
async fn a_closed_port_refuses() {
    let origin = Origin::start().await;
    let url = origin.url();
    drop(origin);
    assert!(matches!(fetch(&mut granted(std::slice::from_ref(&url)), &url).await, Err(Error::ConnectionRefused)));
}

#[tokio::test]
async fn a_redirect_is_handed_to_the_guest_and_not_followed() {
    let (origin, inside) = (Origin::start().await, Origin::start().await);
    let response = format!("HTTP/1.1 302 Found\r\nlocation: {}/secret\r\ncontent-length: 0\r\n\r\n", inside.url());
    let mut guest = granted(&[origin.url()]);
    let (answer, _) = fetch_from(&mut guest, origin.url(), &origin, response).await;
    let answer = answer.expect("an answer");
    assert_eq!(answer.status(), StatusCode::FOUND);
    let target = answer.headers()["location"].to_str().expect("text").to_owned();
    assert!(matches!(fetch(&mut guest, target).await, Err(Error::HttpRequestDenied)));
    inside.saw_nobody().await;
}

#[tokio::test]
async fn odd_requests_never_reach_the_wire() {
    let origin = Origin::start().await;
    let (url, port) = (origin.url(), origin.port());
    let rows = [
        (Method::CONNECT, url.clone()),
        (Method::GET, format!("http://user@127.0.0.1:{port}/")),
        (Method::GET, format!("http://127.0.0.1:{port}@127.0.0.1:{port}/")),
        (Method::GET, "http://127.0.0.1:0/".to_owned()),
        (Method::GET, format!("http://127.1:{port}/")),
        (Method::GET, format!("http://2130706433:{port}/")),
        (Method::GET, format!("ftp://127.0.0.1:{port}/")),
        (Method::GET, format!("{url}/{}", "a".repeat(9000))),
        (Method::GET, "/no-authority".to_owned()),
    ];
    for (method, uri) in rows {
        let mut request = get(&uri);
        *request.method_mut() = method;
        let answer = send(&mut granted(&[url.clone(), "http://127.0.0.0/8:1".to_owned()]), request).await;
        assert!(answer.is_err(), "{uri} was sent");
    }
    origin.saw_nobody().await;
}

#[tokio::test]
async fn the_depth_of_a_request_grows_by_one() {
    let origin = Origin::start().await;
    let mut guest = granted(&[origin.url()]);
    guest.begin_request(&"r2".into(), 7);
    let mut request = get(origin.url());
    request.headers_mut().insert("routelet-depth", http::HeaderValue::from_static("0"));
    request.headers_mut().insert("host", http::HeaderValue::from_static("forged.example"));
    let (answer, head) = answered(send(&mut guest, request), &origin, ok("")).await;
    answer.expect("an answer");
    assert!(head.contains("\r\nroutelet-depth: 8\r\n") && !head.contains("forged"), "{head}");
}

#[tokio::test]
async fn each_missing_grant_is_logged_once_as_it_would_be_written() {
    routelet_tests::log::ask_every_time();
    let lines = Lines::default();
    let _log = tracing::subscriber::set_default(lines.clone());
    let resolver = Scripted::new([&["10.1.2.3"], &["::ffff:10.1.2.3"]]);
    let mut guest = Setup { resolver, ..Setup::default() }.guest(&["http://inside.test:8080".to_owned()]);
    let targets =
        ["https://API.example.com./x", "https://api.example.com/y", "http://[::1]:81/", "http://inside.test:8080/"];
    for target in targets.iter().chain(&targets) {
        assert!(fetch(&mut guest, target).await.is_err());
    }
    let denied = |missing: &str, reason: &str| {
        format!(
            r#"event="outbound_denied" request_id=r1 route=/caller reason="{reason}" missing=outbound = ["{missing}"] "#
        )
    };
    let expected = [
        denied("https://api.example.com", "target"),
        denied("http://[::1]:81", "target"),
        denied("http://10.1.2.3:8080", "address"),
    ];
    assert_eq!(*lock(&lines.0), expected);
}

#[tokio::test]
async fn an_address_left_out_beside_others_is_no_denial() {
    routelet_tests::log::ask_every_time();
    let lines = Lines::default();
    let _log = tracing::subscriber::set_default(lines.clone());
    let origin = Origin::start().await;
    let grants = [format!("http://mixed.test:{}", origin.port()), origin.url()];
    let resolver = Scripted::new([&["10.1.2.3", "127.0.0.1"]]);
    let mut guest = Setup { resolver, ..Setup::default() }.guest(&grants);
    let (answer, _) = fetch_from(&mut guest, &grants[0], &origin, ok("in")).await;
    assert_eq!(answer.expect("an answer").body(), "in");
    assert_eq!(*lock(&lines.0), [""; 0]);
}

proptest::proptest! {
    /// What the log names as missing is what an operator writes to allow it.
    #[test]
    fn whatever_a_guest_may_name_can_be_granted(
        scheme in "https?",
        host in r"[a-zA-Z0-9._-]{1,20}|[0-9]{1,3}(\.[0-9]{1,3}){3}|\[[0-9a-f:]{2,12}\]|\[::ffff:1.2.3.[0-9]{1,2}\]|([a-z]{1,5}\.)?localhost",
        port in "(:[0-9]{0,6})?",
    ) {
        let uri: http::Uri = match format!("{scheme}://{host}{port}/").parse() {
            Ok(uri) => uri,
            Err(_) => return Ok(()),
        };
        if let Ok(target) = Target::read(&uri) {
            let rule = OutboundRule::parse(&target.to_string()).expect("a grant that can be written");
            assert!(rule.allows(target.scheme.as_str(), &target.host.to_string(), target.port));
            let again: http::Uri = target.to_string().parse().expect("a grant is a URI");
            assert_eq!(Target::read(&again).expect("a target"), target);
        }
    }
}

#[tokio::test]
async fn a_guest_that_tries_everything_fills_no_log() {
    routelet_tests::log::ask_every_time();
    let lines = Lines::default();
    let _log = tracing::subscriber::set_default(lines.clone());
    let mut guest = granted(&[]);
    for port in 1..=100 {
        assert!(fetch(&mut guest, format!("http://192.168.0.1:{port}/")).await.is_err());
    }
    assert_eq!(lock(&lines.0).len(), 8);
    guest.begin_request(&"r2".into(), 0);
    assert!(fetch(&mut guest, "http://192.168.0.1:1/").await.is_err());
    assert_eq!(lock(&lines.0).len(), 9, "the next request has lines of its own");
}

/// Keeps each event as its fields.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<String>>>);

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.0 += &format!("{}={value:?} ", field.name());
    }
}

impl Subscriber for Lines {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= Level::WARN && metadata.target().contains("outbound")
    }

    fn new_span(&self, _span: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _span: &Id, _values: &Record<'_>) {}

    fn record_follows_from(&self, _span: &Id, _follows: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(String::new());
        event.record(&mut line);
        lock(&self.0).push(line.0);
    }

    fn enter(&self, _span: &Id) {}

    fn exit(&self, _span: &Id) {}
}
