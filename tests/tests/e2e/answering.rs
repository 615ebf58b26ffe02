//! What a client is told when something other than a good answer happens, row by row of the answer table.

use routelet_tests::{Answer, Guest, SiteDir, TestSite, client::Raw, site::request};

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
async fn a_path_that_does_not_decode_is_a_bad_request() {
    let site = SiteDir::new()
        .route("[...path]", Guest::HelloPlain)
        .load()
        .await;
    for target in [
        "/%",
        "/%4",
        "/%zz",
        "/a%00b",
        "/%c0%ae",
        "/%ff",
        "/../x",
        "/a/../../x",
        "/%2e%2e/x",
    ] {
        let answer = site.get(target).await;
        assert_eq!(answer.status, 400, "{target}: {answer:?}");
    }
    assert_eq!(site.guests_started(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_path_without_a_route_is_not_found() {
    let site = SiteDir::new()
        .route("a/[id]", Guest::HelloPlain)
        .load()
        .await;
    for target in [
        "/",
        "/a",
        "/a/b/c",
        "/A/b",
        "/a/[id]/route.wasm",
        "/segment.toml",
        "/routelet.toml",
    ] {
        let answer = site.get(target).await;
        assert_eq!(answer.status, 404, "{target}: {answer:?}");
    }
    assert_eq!(site.guests_started(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unclean_path_is_redirected_before_anything_is_looked_up() {
    let site = SiteDir::new().route("a/b", Guest::HelloPlain).load().await;
    for (target, clean) in [
        ("/a/b/", "/a/b"),
        ("/a//b", "/a/b"),
        ("//a/b", "/a/b"),
        ("/a\\b", "/a/b"),
        ("/a/b/?x=1&y=%2F", "/a/b?x=1&y=%2F"),
        ("/nothing/here/", "/nothing/here"),
    ] {
        let answer = site.get(target).await;
        assert_eq!(answer.status, 308, "{target}: {answer:?}");
        assert_eq!(answer.header("location"), clean, "{target}");
    }
    assert_eq!(site.guests_started(), 0);
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
    for word in [
        "canary",
        "wasm",
        "route.",
        "/tmp",
        "backtrace",
        "panick",
        "outparam",
        "wasmtime",
    ] {
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
    assert_eq!(site.get("/?status=99").await.text(), "status 99 refused");
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
        client
            .send(&format!(
                "{method} {target} HTTP/1.1\r\nhost: localhost\r\n\r\n"
            ))
            .await;
        client.until("\r\n\r\n").await;
        client.send("GET /?status=200&body=next HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await;
        let next = client.to_close().await;
        assert!(
            next.starts_with("HTTP/1.1 200") && next.contains("next"),
            "{method} {status}: {next}"
        );
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn a_length_that_does_not_match_never_looks_complete() {
    let site = site_of(Guest::SendsWrongLength).await;
    for (declared, sent) in [(10, 5), (5, 10), (0, 1), (1, 0)] {
        let answer = site
            .get(&format!("/?declared={declared}&sent={sent}"))
            .await;
        let refused = answer.status == 502 || !answer.complete;
        assert!(refused, "declared {declared}, sent {sent}: {answer:?}");
    }
    for length in [0, 1, 10, 100_000] {
        let answer = site
            .get(&format!("/?declared={length}&sent={length}"))
            .await;
        assert_eq!(
            (answer.status, answer.body.len()),
            (200, length),
            "{answer:?}"
        );
        assert!(answer.complete);
    }
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
        let head = head.to_lowercase();
        assert!(
            head.contains("x-outcome: headererror") || head.starts_with("http/1.1 502"),
            "{name}: {head}"
        );
        assert!(
            !head.contains("\r\nx-injected") && !head.contains("elsewhere"),
            "{name}: {head}"
        );
    }
    let fine = Raw::exchange(server.address, "/?name=x-fine&value=yes").await;
    assert!(
        fine.contains("\r\nx-fine: yes\r\n") && fine.contains("x-outcome: set"),
        "{fine}"
    );
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
    let site = dir
        .policy("[limits]\nconcurrency = 1\nqueue = 0\n")
        .load()
        .await;
    let (release, body) = routelet_tests::site::channel();
    let held = site.open(request("POST", "/").map(|_| body)).await;
    let shed = site.get("/").await;
    assert_eq!(shed.status, 503, "{shed:?}");
    assert!(
        shed.header("retry-after").parse::<u32>().is_ok(),
        "{shed:?}"
    );
    assert_eq!(
        site.get("/other").await.status,
        200,
        "the neighbour is not full"
    );
    drop(release);
    assert_eq!(Answer::read(held).await.text(), "data: 1\n\n");
    assert_eq!(site.get("/").await.status, 200, "the place is free again");
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn a_request_body_over_its_limit_is_too_large() {
    let dir = SiteDir::of(Guest::Uploads).policy("[limits]\nrequest-body = \"1KiB\"\n");
    let site = dir.load().await;
    assert_eq!(site.post("/", vec![b'x'; 1024]).await.text(), "1024");
    let started = site.guests_started();
    let declared = request("POST", "/").map(|_| routelet_tests::site::full(vec![b'x'; 1025]));
    assert_eq!(site.answer(declared).await.status, 413);
    assert_eq!(
        site.guests_started(),
        started,
        "a declared length is enough to refuse"
    );
    let (mut sender, body) = routelet_tests::site::channel();
    let send = async {
        for _ in 0..4 {
            // The host stops reading once it has seen too much.
            let _ = sender.send_data(vec![b'x'; 512].into()).await;
        }
        drop(sender);
    };
    let (answer, ()) = tokio::join!(site.answer(request("POST", "/").map(|_| body)), send);
    assert!(
        answer.status == 413 || answer.text().starts_with("broken after"),
        "{answer:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn a_body_nobody_reads_does_not_disturb_the_next_request() {
    let site = site_of(Guest::LeavesBodyUnread).await;
    let server = site.serve().await;
    for framing in [
        "content-length: 5\r\n\r\nhello",
        "transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    ] {
        let mut client = Raw::connect(server.address).await;
        client
            .send(&format!("POST / HTTP/1.1\r\nhost: localhost\r\n{framing}"))
            .await;
        client.until("not read\n").await;
        client
            .send("GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
            .await;
        let next = client.to_close().await;
        let answers = next.matches("HTTP/1.1").count();
        assert!(answers <= 1 && !next.contains("400"), "{framing}: {next}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_over_its_limits_is_refused_by_name() {
    let site = site_of(Guest::HelloPlain).await;
    let server = site.serve().await;
    let long_header = format!(
        "GET / HTTP/1.1\r\nhost: localhost\r\nx-long: {}\r\n\r\n",
        "h".repeat(70_000)
    );
    let many: String = (0..120).map(|at| format!("x-{at}: 1\r\n")).collect();
    for (status, head) in [
        (431, long_header),
        (431, format!("GET / HTTP/1.1\r\nhost: localhost\r\n{many}\r\n")),
        (414, format!("GET /{} HTTP/1.1\r\nhost: localhost\r\n\r\n", "u".repeat(9_000))),
        (400, "GET / HTTP/1.1\r\n\r\n".to_owned()),
        (400, "GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n".to_owned()),
        (400, "GET / HTTP/1.1\r\nhost: a b\r\n\r\n".to_owned()),
        (400, "GET / HTTP/1.1\r\nhost: localhost\r\nno colon here\r\n\r\n".to_owned()),
        (400, "GET * HTTP/1.1\r\nhost: localhost\r\n\r\n".to_owned()),
        (400, "OPTIONS * HTTP/1.1\r\nhost: localhost\r\n\r\n".to_owned()),
        (400, "CONNECT localhost:80 HTTP/1.1\r\nhost: localhost:80\r\n\r\n".to_owned()),
        (
            400,
            "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"
                .to_owned(),
        ),
        (501, "POST / HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n".to_owned()),
    ] {
        let mut client = Raw::connect(server.address).await;
        client.send(&head).await;
        let answer = client.until("\r\n").await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer:?} to {:.80}", head);
    }
    assert_eq!(site.guests_started(), 0);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_does_not_come_is_not_waited_for() {
    let dir =
        SiteDir::of(Guest::HelloPlain).file("routelet.toml", "[server]\nheader-read = \"200ms\"\n");
    let site = dir.load().await;
    let server = site.serve().await;
    let mut client = Raw::connect(server.address).await;
    client.send("GET / HTTP/1.1\r\nhost: local").await;
    let answer = client.to_close().await;
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 408"),
        "{answer}"
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_stalls_is_not_waited_for() {
    let dir = SiteDir::of(Guest::Uploads).policy("[limits]\nbody-gap = \"200ms\"\n");
    let site = dir.load().await;
    let server = site.serve().await;
    let mut client = Raw::connect(server.address).await;
    client
        .send("POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\r\nhalf")
        .await;
    let answer = client.to_close().await;
    let told = answer.starts_with("HTTP/1.1 408") || answer.contains("broken after 4");
    assert!(told, "{answer}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authority_that_is_not_ours_is_misdirected() {
    let dir = SiteDir::of(Guest::HelloPlain).file("routelet.toml", "hosts = [\"example.com\"]\n");
    let site = dir.load().await;
    let mut ours = request("GET", "/");
    ours.headers_mut()
        .insert("host", "example.com".parse().expect("a host"));
    assert_eq!(site.answer(ours).await.status, 200);
    assert_eq!(site.get("/").await.status, 421);
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
        asked
            .headers_mut()
            .insert("accept", accept.parse().expect("a header"));
        let answer = site.answer(asked).await;
        assert_eq!(answer.status, 500);
        assert_eq!(
            answer.header("content-type") == "application/problem+json",
            json,
            "{accept}: {answer:?}"
        );
        if json {
            let problem = answer.json();
            assert_eq!(problem["status"], 500, "{problem}");
            assert_eq!(problem["title"], "Internal Server Error", "{problem}");
        }
    }
}
