use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

use super::{framing::Judgement, *};
use crate::dispatch::message::BadMessage;

const LIMITS: GateLimits = GateLimits { head_bytes: 1024, fields: 4, uri_bytes: 100 };

/// What a connection's bytes are judged as, however they are cut: how many pass, and what is wrong.
fn judged(bytes: &[u8]) -> (usize, Option<(u64, bool, BadMessage)>) {
    let whole = judged_in_pieces(bytes, bytes.len().max(1));
    for size in [1, 2, 3, 7, 64] {
        assert_eq!(judged_in_pieces(bytes, size), whole, "in pieces of {size}: {:?}", String::from_utf8_lossy(bytes));
    }
    whole
}

fn judged_in_pieces(bytes: &[u8], size: usize) -> (usize, Option<(u64, bool, BadMessage)>) {
    let mut framing = Framing::new(LIMITS);
    let (mut passed, mut shown) = (0, 0);
    while shown < bytes.len() {
        shown = (shown + size).min(bytes.len());
        let Judgement { passed: more, wrong } = framing.judge(&bytes[passed..shown]);
        passed += more;
        if let Some(wrong) = wrong {
            return (passed, Some((wrong.message, wrong.in_body, wrong.bad)));
        }
    }
    (passed, None)
}

#[test]
fn messages_in_order_pass_whole() {
    for text in [
        "GET / HTTP/1.1\r\nhost: a\r\n\r\n",
        "\r\n\r\nGET / HTTP/1.1\r\nhost:a\r\n\r\n",
        "GET / HTTP/1.0\r\n\r\n",
        "get /caf\u{e9}?a=%zz HTTP/1.1\r\nHost: \t[::1]:80 \r\nx:\r\n\r\n",
        "GET HTTP://a/ HTTP/1.1\r\nhost: b\r\n\r\n",
        "GET http://a HTTP/1.1\r\nhost: b\r\n\r\n",
        "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\n\r\n\nGET / HTTP/1.1\r\nhost: a\r\n\r\n",
        "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n3;a=\"b\"\r\nabc\r\n000\r\nx: y\r\n\r\n\
         GET / HTTP/1.1\r\nhost: a\r\n\r\n",
        "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nA\r\n0123456789\r\n0\r\n\r\n",
    ] {
        assert_eq!(judged(text.as_bytes()), (text.len(), None), "{text:?}");
    }
}

#[test]
fn a_head_that_is_not_whole_does_not_pass() {
    let head = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";
    for end in 0..head.len() {
        assert_eq!(judged(&head.as_bytes()[..end]), (0, None), "{end}");
    }
}

#[test]
fn a_broken_message_is_told_from_what_stands_before_it() {
    let first = "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\n\r\nx";
    let (passed, wrong) = judged(format!("{first}GET / HTTP/1.1\r\n\r\n{first}").as_bytes());
    assert_eq!((passed, wrong), (first.len(), Some((1, false, BadMessage::Malformed("no Host")))));
    let chunked = "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n";
    let (passed, wrong) = judged(format!("{chunked}0x1\r\ny\r\n0\r\n\r\n{first}").as_bytes());
    assert_eq!(passed, chunked.len());
    assert!(matches!(wrong, Some((0, true, BadMessage::Malformed(_)))), "{wrong:?}");
}

#[test]
fn limits_hold_at_both_sides_of_their_edge() {
    let with_target = |bytes: usize| format!("GET /{} HTTP/1.1\r\nhost: a\r\n\r\n", "x".repeat(bytes - 1));
    let with_fields = |count: usize| format!("GET / HTTP/1.1\r\nhost: a\r\n{}\r\n", "x: y\r\n".repeat(count - 1));
    let with_head = |bytes: usize| {
        let fixed = "GET / HTTP/1.1\r\nhost: a\r\nx: \r\n\r\n".len();
        format!("GET / HTTP/1.1\r\nhost: a\r\nx: {}\r\n\r\n", "y".repeat(bytes - fixed))
    };
    let chunked = "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n";
    let with_extension = |bytes: usize| format!("{chunked}1;{}\r\nx\r\n0\r\n\r\n", "e".repeat(bytes));
    let with_trailers = |count: usize| format!("{chunked}0\r\n{}\r\n", "x: y\r\n".repeat(count));
    for (within, beyond, bad) in [
        (with_target(100), with_target(101), Some(BadMessage::UriTooLong)),
        (with_fields(4), with_fields(5), Some(BadMessage::HeadTooLarge)),
        (with_head(1024), with_head(1025), Some(BadMessage::HeadTooLarge)),
        (with_extension(4000), with_extension(4096), None),
        (with_trailers(4), with_trailers(5), Some(BadMessage::HeadTooLarge)),
    ] {
        assert_eq!(judged(within.as_bytes()), (within.len(), None), "{within:.60}");
        let (_, wrong) = judged(beyond.as_bytes());
        let found = wrong.expect("beyond the limit").2;
        assert_eq!(Some(found).filter(|found| !matches!(found, BadMessage::Malformed(_))), bad, "{beyond:.60}");
    }
}

#[test]
fn no_more_than_a_head_is_held() {
    for endless in ["GET /", "GET / HTTP/1.1\r\nx: ", "GET / HTTP/1.1\r\nx: y\r\n", "M", "\r\n", "GET / HTTP/1.1\r\nx"]
    {
        let unit = endless.chars().last().map(String::from).unwrap_or_default();
        let text = format!("{endless}{}", unit.repeat(4096));
        let (_, wrong) = judged(text.as_bytes());
        assert!(wrong.is_some(), "{endless:?}");
    }
}

#[tokio::test]
async fn a_stand_in_takes_the_place_of_a_broken_head() {
    let first = "GET /first HTTP/1.1\r\nhost: a\r\n\r\n";
    let (mut client, server) = duplex(4096);
    let mut gate = Gate::new(server, LIMITS);
    let messages = gate.messages();
    client.write_all(format!("{first}GET /second HTTP/1.1\r\n\r\n{first}").as_bytes()).await.expect("room");
    let mut read = vec![0; first.len() + STAND_IN.len()];
    gate.read_exact(&mut read).await.expect("both");
    assert_eq!(read, [first.as_bytes(), STAND_IN].concat());
    let (first, second) = (messages.next(), messages.next());
    assert_eq!((first.bad(), second.bad()), (None, Some(BadMessage::Malformed("no Host"))));
    drop(client);
    let more = tokio::time::timeout(Duration::ZERO, gate.read(&mut [0; 1])).await;
    assert!(more.is_err(), "neither bytes nor an end come behind it: {more:?}");
}

#[tokio::test]
async fn a_broken_body_fails_where_it_breaks() {
    let chunked = "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n";
    let (mut client, server) = duplex(4096);
    let mut gate = Gate::new(server, LIMITS);
    client.write_all(format!("{chunked}0x1\r\n").as_bytes()).await.expect("room");
    let mut read = Vec::new();
    let error = gate.read_to_end(&mut read).await.expect_err("the second chunk is none");
    assert_eq!((read, error.kind()), (chunked.as_bytes().to_vec(), io::ErrorKind::InvalidData));
}

#[tokio::test]
async fn content_is_read_as_it_is_asked_for_and_what_follows_it_is_judged() {
    const CONTENT: usize = 10 * READ_BYTES;
    let content = "x".repeat(CONTENT);
    let post = "POST / HTTP/1.1\r\nhost: a\r\n";
    for whole in [
        format!("{post}content-length: {CONTENT}\r\n\r\n{content}"),
        format!("{post}transfer-encoding: chunked\r\n\r\n{CONTENT:x}\r\n{content}\r\n0\r\n\r\n"),
    ] {
        let (mut client, server) = duplex(4 * CONTENT);
        let mut gate = Gate::new(server, LIMITS);
        let messages = gate.messages();
        client.write_all(format!("{whole}GET / HTTP/1.1\r\n\r\n{whole}").as_bytes()).await.expect("room");
        let (mut read, mut most) = (Vec::new(), 0);
        while read.len() < whole.len() + STAND_IN.len() {
            let mut piece = vec![0; 4 * READ_BYTES];
            let bytes = gate.read(&mut piece).await.expect("more");
            most = most.max(bytes);
            read.extend_from_slice(&piece[..bytes]);
        }
        assert_eq!(read, [whole.as_bytes(), STAND_IN].concat());
        assert_eq!(most, 4 * READ_BYTES, "as much at once as there was room for");
        assert_eq!(messages.next().bad(), None);
        assert_eq!(messages.next().bad(), Some(BadMessage::Malformed("no Host")));
    }
}

#[tokio::test(start_paused = true)]
async fn the_end_waits_for_a_client_that_is_still_sending_but_not_for_ever() {
    for (sent, waits) in [("", false), ("GET / HTTP/1.1\r\nhost: a\r\n\r\n", false), ("GET / HTTP/1.1\r\n\r\n", true)] {
        let (mut client, server) = duplex(4096);
        let mut gate = Gate::new(server, LIMITS);
        client.write_all(sent.as_bytes()).await.expect("room");
        if !sent.is_empty() {
            gate.read_u8().await.expect("a byte");
            let _ = tokio::time::timeout(Duration::ZERO, gate.read_exact(&mut [0; 100])).await;
        }
        let asked = tokio::time::Instant::now();
        gate.shutdown().await.expect("the client is there");
        assert_eq!(asked.elapsed() >= LINGER, waits, "{sent:?}");
    }
}
