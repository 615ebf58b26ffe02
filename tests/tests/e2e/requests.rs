//! What a client is told when its request is at fault: malformed, misdirected, too large or too slow.

use routelet_tests::{
    Guest, SiteDir,
    client::Raw,
    site::{channel, full, request},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_path_that_does_not_decode_is_a_bad_request() {
    let site = SiteDir::new().route("[...path]", Guest::HelloPlain).load().await;
    for target in ["/%", "/%4", "/%zz", "/a%00b", "/%c0%ae", "/%ff", "/../x", "/a/../../x", "/%2e%2e/x"] {
        let answer = site.get(target).await;
        assert_eq!(answer.status, 400, "{target}: {answer:?}");
    }
    assert_eq!(site.guests_started(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_path_without_a_route_is_not_found() {
    let site = SiteDir::new().route("a/[id]", Guest::HelloPlain).load().await;
    for target in ["/", "/a", "/a/b/c", "/A/b", "/a/[id]/route.wasm", "/segment.toml", "/routelet.toml"] {
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
pub(super) async fn a_request_body_over_its_limit_is_too_large() {
    let dir = SiteDir::of(Guest::Uploads).policy("[limits]\nrequest-body = \"1KiB\"\n");
    let site = dir.load().await;
    assert_eq!(site.post("/", vec![b'x'; 1024]).await.text(), "1024");
    let started = site.guests_started();
    let declared = request("POST", "/").map(|_| full(vec![b'x'; 1025]));
    assert_eq!(site.answer(declared).await.status, 413);
    assert_eq!(site.guests_started(), started, "a declared length is enough to refuse");
    let (mut sender, body) = channel();
    let send = async {
        for _ in 0..4 {
            // The host stops reading once it has seen too much.
            let _ = sender.send_data(vec![b'x'; 512].into()).await;
        }
        drop(sender);
    };
    let (answer, ()) = tokio::join!(site.answer(request("POST", "/").map(|_| body)), send);
    assert!(answer.status == 413 || answer.text().starts_with("broken after"), "{answer:?}");
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn a_body_nobody_reads_does_not_disturb_the_next_request() {
    let site = SiteDir::of(Guest::LeavesBodyUnread).load().await;
    let server = site.serve().await;
    for framing in ["content-length: 5\r\n\r\nhello", "transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"] {
        let mut client = Raw::connect(server.address).await;
        client.send(&format!("POST / HTTP/1.1\r\nhost: localhost\r\n{framing}")).await;
        client.until("not read\n").await;
        client.send("GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await;
        let next = client.to_close().await;
        let answers = next.matches("HTTP/1.1").count();
        assert!(answers <= 1 && !next.contains("400"), "{framing}: {next}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_over_its_limits_is_refused_by_name() {
    let site = SiteDir::of(Guest::HelloPlain).load().await;
    let server = site.serve().await;
    let long_header = format!("GET / HTTP/1.1\r\nhost: localhost\r\nx-long: {}\r\n\r\n", "h".repeat(70_000));
    let many: String = (0..120).map(|at| format!("x-{at}: 1\r\n")).collect();
    for (status, head) in [
        (431, long_header),
        (431, format!("GET / HTTP/1.1\r\nhost: localhost\r\n{many}\r\n")),
        (414, format!("GET /{} HTTP/1.1\r\nhost: localhost\r\n\r\n", "u".repeat(9_000))),
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
    let dir = SiteDir::of(Guest::HelloPlain).file("routelet.toml", "[server]\nheader-read = \"200ms\"\n");
    let site = dir.load().await;
    let server = site.serve().await;
    let mut client = Raw::connect(server.address).await;
    client.send("GET / HTTP/1.1\r\nhost: local").await;
    let answer = client.to_close().await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408"), "{answer}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_stalls_is_not_waited_for() {
    let dir = SiteDir::of(Guest::Uploads).policy("[limits]\nbody-gap = \"200ms\"\n");
    let site = dir.load().await;
    let server = site.serve().await;
    let mut client = Raw::connect(server.address).await;
    client.send("POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\r\nhalf").await;
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
    ours.headers_mut().insert("host", "example.com".parse().expect("a host"));
    assert_eq!(site.answer(ours).await.status, 200);
    assert_eq!(site.get("/").await.status, 421);
}
