//! What a client is told when a guest gives another answer than a good one, or none.

use std::sync::Arc;

use routelet_tests::{
    Answer, Guest, SiteDir, TestSite,
    client::Raw,
    eventually,
    site::{channel, request},
};

/// A site with that guest at `/`, allowed so little that it comes to nothing quickly.
async fn site_of(guest: Guest) -> TestSite {
    SiteDir::of(guest).load().await
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn a_plain_component_answers() {
    let answer = site_of(Guest::HelloPlain).await.get("/").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.text(), "hello from a plain component\n");
    assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn a_native_component_answers_by_method() {
    let site = site_of(Guest::HelloNative).await;
    assert_eq!(site.get("/").await.text(), "hello from get\n");
    assert_eq!(site.post("/", "").await.text(), "hello from post\n");
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn a_guest_parses_what_it_is_sent() {
    let site = site_of(Guest::ParsesJson).await;
    for (sent, status, text) in [
        ("[1, 2, {}]", 200, "{\"bytes\":10,\"items\":3}"),
        ("{}", 422, "not a list\n"),
        ("[1", 400, "EOF while parsing a list at line 1 column 2\n"),
    ] {
        let answer = site.post("/", sent).await;
        assert_eq!((answer.status, answer.text()), (status, text), "{sent}");
    }
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn a_guest_computes_what_it_is_asked() {
    let site = site_of(Guest::Computes).await;
    let one = site.get("/?rounds=1").await;
    let many = site.get("/?rounds=100000").await;
    assert_eq!((one.status, many.status), (200, 200), "{many:?}");
    assert_ne!(one.text(), many.text());
    assert_eq!(many.text(), site.get("/?rounds=100000").await.text());
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn a_guest_that_gives_no_answer_is_an_internal_error() {
    for (guest, target) in [
        (Guest::Traps, "/"),
        (Guest::Exits, "/?code=0"),
        (Guest::Exits, "/?code=1"),
        (Guest::AnswersErrorCode, "/"),
        (Guest::NeverAnswers, "/"),
        (Guest::DropsOutparam, "/"),
        (Guest::OverflowsStack, "/"),
        (Guest::LeaksHandles, "/"),
    ] {
        let answer = site_of(guest).await.get(target).await;
        assert_eq!(answer.status, 500, "{guest:?} {target}: {answer:?}");
        assert_tells_nothing(&answer);
    }
}

/// A refusal is one line with a request id: no text of the guest, no backtrace, no path of a file.
fn assert_tells_nothing(answer: &Answer) {
    let text = answer.text();
    assert_eq!(text.trim_end().lines().count(), 1, "{text}");
    for word in ["canary", "wasm", "route.", "/tmp", "backtrace", "panick", "outparam", "wasmtime"] {
        assert!(!text.to_lowercase().contains(word), "{word} in {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn a_status_that_is_no_final_status_is_a_bad_gateway() {
    let site = site_of(Guest::AnswersStatus).await;
    for status in [100, 101, 102, 103, 199, 600, 999] {
        let answer = site.get(&format!("/?status={status}")).await;
        assert_eq!(answer.status, 502, "{status}: {answer:?}");
    }
    for status in [200, 201, 299, 301, 404, 418, 500, 599] {
        let answer = site.get(&format!("/?status={status}&body=own")).await;
        assert_eq!((answer.status, answer.text()), (status, "own"), "{status}");
    }
    for status in [0, 1, 99, 1000, 65_535] {
        assert_eq!(site.get(&format!("/?status={status}")).await.text(), format!("status {status} refused"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_where_none_may_be_is_dropped() {
    let site = site_of(Guest::AnswersStatus).await;
    for status in [204, 304] {
        let answer = site.get(&format!("/?status={status}&body=dropped")).await;
        assert_eq!((answer.status, answer.text()), (status, ""), "{status}");
        assert!(answer.complete);
    }
    let server = site.serve().await;
    for (method, status) in [("GET", 204), ("GET", 304), ("HEAD", 200)] {
        let mut client = Raw::connect(server.address).await;
        let target = format!("/?status={status}&body=dropped");
        client.send(&format!("{method} {target} HTTP/1.1\r\nhost: localhost\r\n\r\n")).await;
        client.until("\r\n\r\n").await;
        client.send("GET /?status=200&body=next HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await;
        let next = client.to_close().await;
        assert!(next.starts_with("HTTP/1.1 200") && next.contains("next"), "{method} {status}: {next}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn a_length_that_does_not_match_never_looks_complete() {
    let site = site_of(Guest::SendsWrongLength).await;
    for (declared, sent) in [(10, 5), (5, 10), (0, 1), (1, 0)] {
        let answer = site.get(&format!("/?declared={declared}&sent={sent}")).await;
        let refused = answer.status == 502 || !answer.complete;
        assert!(refused, "declared {declared}, sent {sent}: {answer:?}");
    }
    for length in [0, 1, 10, 100_000] {
        let answer = site.get(&format!("/?declared={length}&sent={length}")).await;
        assert_eq!((answer.status, answer.body.len()), (200, length), "{answer:?}");
        assert!(answer.complete);
    }
}

/// As frameworks answer HEAD: with the head of GET, and nothing behind it.
#[tokio::test(flavor = "multi_thread")]
async fn a_head_may_declare_the_length_of_a_body_that_does_not_come() {
    let site = site_of(Guest::SendsWrongLength).await;
    let answer = site.respond("HEAD", "/?declared=10&sent=0").await;
    assert_eq!((answer.status, answer.header("content-length"), answer.body.len()), (200, "10", 0), "{answer:?}");
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn a_header_that_http_forbids_never_reaches_the_wire() {
    let site = site_of(Guest::SendsBadHeaders).await;
    let server = site.serve().await;
    for (name, value) in [
        ("connection", "upgrade"),
        ("keep-alive", "timeout=5"),
        ("proxy-connection", "keep-alive"),
        ("te", "trailers"),
        ("transfer-encoding", "chunked"),
        ("upgrade", "websocket"),
        ("host", "elsewhere.example"),
        ("x-split", "a%0D%0Ax-injected:%20yes"),
        ("x-split", "a%0Ax-injected:%20yes"),
        ("x-nul", "a%00b"),
        ("x-split%0D%0Ax-injected", "yes"),
        ("x%20space", "yes"),
        ("", "yes"),
    ] {
        let answer = Raw::exchange(server.address, &format!("/?name={name}&value={value}")).await;
        let (head, _) = answer.split_once("\r\n\r\n").expect("a whole head");
        let head = head.to_lowercase().replace("connection: close\r\n", "");
        let sent = !name.is_empty() && head.contains(&format!("\r\n{}:", name.to_lowercase()));
        assert!(!sent && !head.contains("\r\nx-injected"), "{name}: {head}");
    }
    let fine = Raw::exchange(server.address, "/?name=x-fine&value=yes").await;
    assert!(fine.contains("\r\nx-fine: yes\r\n") && fine.contains("x-outcome: set"), "{fine}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_rules_a_whole_origin_is_not_for_one_of_many_owners_to_say() {
    let fields = [
        ("alt-svc", "h2=%22other.example:443%22"),
        ("strict-transport-security", "max-age=31536000"),
        ("clear-site-data", "%22cookies%22"),
        ("nel", "%7B%22report_to%22:%22x%22%7D"),
        ("report-to", "%7B%22group%22:%22x%22%7D"),
        ("service-worker-allowed", "/"),
    ];
    for (owners, sent) in [("one", true), ("many", false)] {
        let dir = SiteDir::new().route("theirs", Guest::SendsBadHeaders);
        let site = dir.file("routelet.toml", format!("owners = \"{owners}\"\n")).load().await;
        for (name, value) in fields {
            let answer = site.get(&format!("/theirs?name={name}&value={value}")).await;
            assert_eq!(answer.headers.contains_key(name), sent, "{owners}: {answer:?}");
            assert_eq!((answer.status, answer.header("x-outcome")), (200, "set"), "{owners}: {answer:?}");
        }
        for (name, value) in [("set-cookie", "a=1"), ("server", "mine"), ("via", "1.1%20upstream"), ("age", "5")] {
            let answer = site.get(&format!("/theirs?name={name}&value={value}")).await;
            assert_eq!(answer.header(name), value.replace("%20", " "), "{owners}: {answer:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_has_one_date_its_guests_or_the_servers() {
    let site = site_of(Guest::SendsBadHeaders).await;
    let server = site.serve().await;
    let of_guest = "Sun, 06 Nov 1994 08:49:37 GMT";
    let asked = of_guest.replace(' ', "%20");
    for (query, from_guest) in [("name=x&value=y".to_owned(), false), (format!("name=date&value={asked}"), true)] {
        let answer = Raw::exchange(server.address, &format!("/?{query}")).await.to_lowercase();
        let dates: Vec<_> = answer.lines().filter_map(|line| line.strip_prefix("date: ")).collect();
        assert_eq!((dates.len(), dates == [of_guest.to_lowercase()]), (1, from_guest), "{answer}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn a_head_beyond_its_limits_is_a_bad_gateway() {
    let site = site_of(Guest::SendsManyHeaders).await;
    assert_eq!(site.get("/?count=90&size=10").await.status, 200);
    for target in ["/?count=101&size=1", "/?count=50&size=1000"] {
        let answer = site.get(target).await;
        assert_eq!(answer.status, 502, "{target}: {answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn a_route_that_is_full_sheds_with_a_hint_when_to_return() {
    let dir = SiteDir::of(Guest::StreamsSlowly).route("other", Guest::HelloPlain);
    let site = dir.policy("[limits]\nconcurrency = 1\nqueue = 0\n").load().await;
    let (release, body) = channel();
    let held = site.open(request("POST", "/").map(|_| body)).await;
    let shed = site.get("/").await;
    assert_eq!(shed.status, 503, "{shed:?}");
    assert!(shed.header("retry-after").parse::<u32>().is_ok(), "{shed:?}");
    assert_eq!(site.get("/other").await.status, 200, "the neighbour is not full");
    drop(release);
    assert_eq!(Answer::read(held).await.text(), "data: 1\n\n");
    // The guest ends by itself after its last byte.
    eventually("the place is free again", async { while site.get("/").await.status != 200 {} }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_speaks_json_to_those_who_prefer_it() {
    let site = site_of(Guest::Traps).await;
    for (accept, json) in [
        ("application/json", true),
        ("application/problem+json", true),
        ("text/html, application/json;q=0.5", false),
        ("*/*", false),
    ] {
        let mut asked = request("GET", "/");
        asked.headers_mut().insert("accept", accept.parse().expect("a header"));
        let answer = site.answer(asked).await;
        assert_eq!(answer.status, 500);
        assert_eq!(answer.header("content-type") == "application/problem+json", json, "{accept}: {answer:?}");
        if json {
            let problem = answer.json();
            assert_eq!(problem["status"], 500, "{problem}");
            assert_eq!(problem["title"], "Internal Server Error", "{problem}");
        }
    }
}

/// tokio makes what a task waits for look unready once the task has done much in one poll.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_whole_however_much_its_task_did_before() {
    let site = Arc::new(site_of(Guest::HelloPlain).await);
    for done_before in 0..256 {
        let site = site.clone();
        let asked = tokio::spawn(async move {
            for _ in 0..done_before {
                tokio::task::consume_budget().await;
            }
            site.get("/").await
        });
        let answer = asked.await.expect("no panic");
        assert_eq!((answer.status, answer.complete), (200, true), "after {done_before}: {answer:?}");
    }
}
