//! What becomes of requests on the wire, byte by byte: the odd ones are answered or refused as their table says, and
//! nothing behind a refused one is executed.

use routelet_tests::{
    Guest, SiteDir,
    client::Raw,
    raw_requests::{self, Fate, SECOND, unread},
};

/// What a connection answers: the status lines, and whether `/second` was executed.
fn seen(answer: &str) -> (Vec<u16>, bool) {
    let lines = answer.split("HTTP/1.").skip(1);
    let statuses = lines.filter_map(|line| line.get(2..5)?.parse().ok());
    (statuses.collect(), answer.contains("/second"))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_row_of_the_table_meets_its_fate() {
    let dir = SiteDir::new().route("[[...path]]", Guest::EchoesRequest);
    let site = dir.load().await;
    let server = site.serve().await;
    let rows = raw_requests::all();
    let mut wrong = Vec::new();
    for (bytes, fate) in &rows {
        let started = site.guests_started();
        let mut client = Raw::connect(server.address).await;
        client.send(format!("{bytes}{SECOND}")).await;
        let (statuses, second) = seen(&client.to_close().await);
        let found = (statuses, second, site.guests_started() - started);
        let expected = match fate {
            Fate::Answered => (vec![200, 200], true, 2),
            Fate::Declined(status) => (vec![*status, 200], true, 1),
            Fate::Last => (vec![200], false, 1),
            Fate::Refused(status) => (vec![*status], false, 0),
        };
        if found != expected {
            wrong.push(format!("{bytes:.120?}: {fate:?}, but {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
    assert!(rows.len() > 200, "{} rows", rows.len());
    server.stop().await;
}

/// One byte at a time finds every place where a head or a chunk may be cut. The guest reads the body to its end: one
/// that does not may answer before the rest has come, which ends the connection.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_means_the_same_however_it_is_cut() {
    let site = SiteDir::new().route("[[...path]]", Guest::EchoesBody).load().await;
    let server = site.serve().await;
    let chunked = "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n";
    for (bytes, statuses) in [
        (format!("{chunked}3;a\r\nabc\r\n0\r\nx: y\r\n\r\n{SECOND}"), vec![200, 200]),
        (format!("GET / HTTP/1.1\r\nhost: a\r\n\r\nGET / HTTP/1.1\r\nx\r\n\r\n{SECOND}"), vec![200, 400]),
    ] {
        let mut client = Raw::connect(server.address).await;
        for byte in bytes.bytes() {
            client.send([byte]).await;
        }
        assert_eq!(seen(&client.to_close().await).0, statuses, "{bytes:?}");
    }
    server.stop().await;
}

/// RFC 9112 section 9.3: a server reads a body whole or closes behind its answer. The rest of the body, which comes
/// later, is not taken for a request, and does not take the answer back.
#[tokio::test(flavor = "multi_thread")]
async fn a_body_still_to_come_when_its_answer_is_whole_ends_the_connection() {
    let site = SiteDir::of(Guest::LeavesBodyUnread).route("second", Guest::EchoesRequest).load().await;
    let server = site.serve().await;
    let mut client = Raw::connect(server.address).await;
    client.send("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n").await;
    client.until("not read\n").await;
    client.send(format!("3\r\nabc\r\n3\r\nabc\r\n0\r\n\r\n{SECOND}")).await;
    let rest = client.to_close().await;
    assert!(!rest.contains("HTTP/1."), "{rest:?}");
    assert_eq!(site.guests_started(), 1);
    drop(client);
    server.stop().await;
}

/// The host answers by itself and leaves the body where it is, which may be there already or still to come: what stands
/// in it is no request, and the one behind it is answered or the connection ends.
#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_the_host_does_not_read_is_not_taken_for_a_request() {
    let dir = SiteDir::new()
        .route("up", Guest::Uploads)
        .route("hidden", Guest::EchoesRequest)
        .route("second", Guest::EchoesRequest)
        .file("app/up/segment.toml", "[limits]\nrequest-body = \"10B\"\n[route]\nmethods = [\"GET\", \"POST\"]\n")
        .file("public/file.txt", "a file\n")
        .file("routelet.toml", "hosts = [\"localhost\"]\n");
    let site = dir.load().await;
    let server = site.serve().await;
    let mut wrong = Vec::new();
    for (head, body, status) in unread() {
        for later in [false, true] {
            let mut client = Raw::connect(server.address).await;
            // Only a guest that reads finds out that chunks are too many.
            let waits = later && !(status == 413 && head.contains("chunked"));
            let mut answer = String::new();
            if waits {
                client.send(&head).await;
                answer = client.until("\r\n\r\n").await;
                client.send(format!("{body}{SECOND}")).await;
            } else {
                client.send(format!("{head}{body}{SECOND}")).await;
            }
            answer += &client.to_close().await;
            let (statuses, second) = seen(&answer);
            let served = statuses == [status, 200] && second;
            let closed = statuses == [status] && !second;
            if !(served || closed) || answer.contains("/hidden") {
                wrong.push(format!("{head:?}, later {later}: {answer:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    server.stop().await;
}

/// The guest answers while it reads: what turns out broken later must end the answer without its last chunk.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_to_a_body_that_breaks_later_does_not_look_whole() {
    let site = SiteDir::of(Guest::EchoesBody).load().await;
    let server = site.serve().await;
    let mut client = Raw::connect(server.address).await;
    client.send("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n").await;
    client.until("abc\r\n").await;
    client.send(format!("0x3\r\nabc\r\n0\r\n\r\n{SECOND}")).await;
    let rest = client.to_close().await;
    assert!(!rest.contains("\r\n0\r\n\r\n") && !rest.starts_with("0\r\n"), "{rest:?}");
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
