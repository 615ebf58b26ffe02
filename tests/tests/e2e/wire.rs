//! Requests no honest client sends: each is refused and closes its connection, and nothing behind it is executed.

use routelet_tests::{Guest, SiteDir, client::Raw};

/// What follows a malformed request on its connection: were it executed, its answer would show.
const SECOND: &str = "GET /second HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";

/// Sends each head, then a second request, and expects one of the statuses, one answer, and the close.
async fn assert_refused(rows: &[(&[u16], &str)]) {
    let dir = SiteDir::new().route("[...path]", Guest::EchoesRequest);
    let site = dir.route("", Guest::EchoesRequest).load().await;
    let server = site.serve().await;
    let mut wrong = Vec::new();
    for (statuses, head) in rows {
        let mut client = Raw::connect(server.address).await;
        client.send(&format!("{head}{SECOND}")).await;
        client.finish().await;
        let answer = client.to_close().await;
        let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        if !statuses.contains(&status) || answer.contains("/second") {
            wrong.push(format!("{head:.100?}: expected {statuses:?}, got {answer:.200?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
    assert_eq!(site.guests_started(), 0, "a guest was started");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_is_missing_doubled_or_invalid() {
    assert_refused(&[
        (&[400], "GET / HTTP/1.1\r\n\r\n"),
        (&[400], "GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n"),
        (&[400], "GET / HTTP/1.1\r\nhost: a\r\nhost: a\r\n\r\n"),
        (&[400], "GET / HTTP/1.1\r\nhost: a b\r\n\r\n"),
        (&[400], "GET / HTTP/1.1\r\nhost: a/b\r\n\r\n"),
        (&[400], "GET / HTTP/1.1\r\nhost: user@a\r\n\r\n"),
        (&[400], "GET / HTTP/1.1\r\nhost: a:port\r\n\r\n"),
        (&[400], "GET / HTTP/1.1\r\nhost: a:99999\r\n\r\n"),
        (&[400], "GET / HTTP/1.1\r\nhost: \r\n\r\n"),
        (&[400], "GET http://one.example/ HTTP/1.1\r\nhost:\r\nhost: two.example\r\n\r\n"),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_whose_end_is_ambiguous() {
    assert_refused(&[
        (&[400], "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nxx"),
        (&[400], "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1, 1\r\n\r\nx"),
        (&[400], "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: +1\r\n\r\nx"),
        (&[400], "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 0x1\r\n\r\nx"),
        (&[400], "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: -1\r\n\r\nx"),
        (&[400, 413], "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 18446744073709551616\r\n\r\nx"),
        (&[400], "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: \r\n\r\nx"),
        (&[400], "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked, chunked\r\n\r\n0\r\n\r\n"),
        (
            &[400],
            "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        ),
        (&[400, 501], "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: identity\r\n\r\n0\r\n\r\n"),
        (&[400, 501], "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: xchunked\r\n\r\n0\r\n\r\n"),
        (&[400, 501], "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
        (&[400, 501], "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked, gzip\r\n\r\n0\r\n\r\n"),
        (&[400], "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: \x0bchunked\r\n\r\n0\r\n\r\n"),
        (&[400], "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding : chunked\r\n\r\n0\r\n\r\n"),
        (&[400], "POST / HTTP/1.0\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"),
    ])
    .await;
}

/// RFC 9112 section 6.1: the coding wins over the length, and the connection must end with the answer.
#[tokio::test(flavor = "multi_thread")]
async fn a_coding_beside_a_length_ends_the_connection() {
    let site = SiteDir::new().route("[[...path]]", Guest::EchoesRequest).load().await;
    let server = site.serve().await;
    for framing in
        ["content-length: 4\r\ntransfer-encoding: chunked", "transfer-encoding: chunked\r\ncontent-length: 4"]
    {
        let mut client = Raw::connect(server.address).await;
        client.send(&format!("POST / HTTP/1.1\r\nhost: a\r\n{framing}\r\n\r\n0\r\n\r\n{SECOND}")).await;
        let answer = client.to_close().await;
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{framing:?}: {answer}");
        assert!(!answer.contains("/second") && !answer.contains("content-length\","), "{framing:?}: {answer}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_is_no_head() {
    assert_refused(&[
        (&[400], "GET / HTTP/1.1\r\nhost: a\r\nx-folded: one\r\n two\r\n\r\n"),
        (&[400], "GET / HTTP/1.1\r\nhost: a\r\nx-cr: one\rtwo\r\n\r\n"),
        (&[400], "GET / HTTP/1.1\r\nhost: a\r\nx-nul: one\0two\r\n\r\n"),
        (&[400], "GET / HTTP/1.1\r\n host: a\r\n\r\n"),
        (&[400], "GET / HTTP/1.1\r\nhost: a\r\nx(y): z\r\n\r\n"),
        (&[400], "GET / HTTP/1.1\r\nhost: a\r\nno colon\r\n\r\n"),
        (&[400], "GET / HTTP/1.1\r\nhost: a\r\n: no name\r\n\r\n"),
        (&[400, 505], "GET / HTTP/3.7\r\nhost: a\r\n\r\n"),
        (&[400], "GET / HTTX/1.1\r\nhost: a\r\n\r\n"),
        (&[400], "GET  / HTTP/1.1\r\nhost: a\r\n\r\n"),
        (&[400], "GET /a b HTTP/1.1\r\nhost: a\r\n\r\n"),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_or_method_that_is_none() {
    let long_method = format!("{} / HTTP/1.1\r\nhost: a\r\n\r\n", "M".repeat(10_000));
    assert_refused(&[
        (&[400], "GET * HTTP/1.1\r\nhost: a\r\n\r\n"),
        (&[400], "OPTIONS * HTTP/1.1\r\nhost: a\r\n\r\n"),
        (&[400], "CONNECT a:80 HTTP/1.1\r\nhost: a:80\r\n\r\n"),
        (&[400], "CONNECT / HTTP/1.1\r\nhost: a\r\n\r\n"),
        (&[400], "GET path HTTP/1.1\r\nhost: a\r\n\r\n"),
        (&[400], "GET /%2e%2e/%2e%2e/x HTTP/1.1\r\nhost: a\r\n\r\n"),
        (&[400], "GET /%zz HTTP/1.1\r\nhost: a\r\n\r\n"),
        (&[400], "GET /%00 HTTP/1.1\r\nhost: a\r\n\r\n"),
        (&[400], "GET /%c0%ae HTTP/1.1\r\nhost: a\r\n\r\n"),
        (&[400], "G(T / HTTP/1.1\r\nhost: a\r\n\r\n"),
        (&[400], &long_method),
        (&[400], &format!("{} / HTTP/1.1\r\nhost: a\r\n\r\n", "M".repeat(33))),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chunk_that_is_none_is_never_answered_as_if_it_were_whole() {
    let site = SiteDir::of(Guest::Uploads).load().await;
    let server = site.serve().await;
    for body in
        ["0x5\r\nhello\r\n0\r\n\r\n", "5\nhello\r\n0\r\n\r\n", "5\r\nhelloX0\r\n\r\n", "ffffffffffffffffff\r\nhello"]
    {
        let mut client = Raw::connect(server.address).await;
        let head = "POST / HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n";
        client.send(&format!("{head}{body}")).await;
        client.finish().await;
        let answer = client.to_close().await;
        let whole = answer.starts_with("HTTP/1.1 200") && !answer.contains("broken after");
        assert!(!whole, "{body:?}: {answer}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_absolute_target_is_the_request() {
    let site = SiteDir::new().route("x", Guest::EchoesRequest).load().await;
    let server = site.serve().await;
    let mut client = Raw::connect(server.address).await;
    client.send("GET http://one.example/x HTTP/1.1\r\nhost: two.example\r\nconnection: close\r\n\r\n").await;
    let answer = client.to_close().await;
    assert!(answer.starts_with("HTTP/1.1 400") || !answer.contains("two.example"), "{answer}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expectation_is_not_met_for_a_request_that_is_refused() {
    let site = SiteDir::of(Guest::HelloNative).policy("[limits]\nrequest-body = \"1KiB\"\n").load().await;
    let server = site.serve().await;
    for (status, line) in [(404, "POST /nowhere"), (405, "PUT /"), (413, "POST /")] {
        let mut client = Raw::connect(server.address).await;
        let head = "HTTP/1.1\r\nhost: localhost\r\nexpect: 100-continue\r\ncontent-length: 5000\r\n\r\n";
        client.send(&format!("{line} {head}")).await;
        let answer = client.until("\r\n").await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{line}: {answer}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upgrade_nobody_asked_the_guest_for_is_ignored() {
    let site = SiteDir::of(Guest::HelloPlain).load().await;
    let server = site.serve().await;
    for upgrade in ["h2c", "websocket"] {
        let mut client = Raw::connect(server.address).await;
        let head =
            format!("GET / HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade, close\r\nupgrade: {upgrade}\r\n\r\n");
        client.send(&head).await;
        let answer = client.to_close().await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{upgrade}: {answer}");
    }
    server.stop().await;
}
