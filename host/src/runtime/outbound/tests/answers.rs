//! What an origin may send and how long it may take, over a stream held in memory so that no clock
//! has to be waited for.

use std::{pin::Pin, time::Duration};

use bytes::Bytes;
use http::{Method, Response};
use http_body_util::BodyExt;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex},
    time::Instant,
};
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody};

use super::kit::{get, ok, read_head, streamed};
use crate::{
    policy::Limits,
    runtime::outbound::{
        body::ResponseBounds,
        deadline::Deadlines,
        exchange::{Driver, exchange},
    },
};

const BOUNDS: ResponseBounds = ResponseBounds { head_bytes: 2000, body_bytes: 1000 };

/// A request under way to an origin that the test plays.
struct Talk {
    options: RequestOptions,
    limits: Limits,
    request: http::Request<WasiBody>,
}

impl Talk {
    fn new() -> Self {
        Self { options: RequestOptions::default(), limits: Limits::default(), request: get("/") }
    }

    async fn with<F>(self, origin: impl FnOnce(DuplexStream) -> F) -> Result<(Response<WasiBody>, Driver), Error>
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let (ours, theirs) = duplex(64 * 1024);
        tokio::spawn(origin(theirs));
        exchange(Box::new(ours), self.request, BOUNDS, Deadlines::start(&self.limits, Some(self.options))).await
    }
}

/// The origin sends these bytes and closes; the guest reads what it can.
async fn told(bytes: impl Into<Vec<u8>>) -> Result<String, Error> {
    told_for(Method::GET, bytes).await
}

async fn told_for(method: Method, bytes: impl Into<Vec<u8>>) -> Result<String, Error> {
    let bytes = bytes.into();
    let mut talk = Talk::new();
    *talk.request.method_mut() = method;
    let answer = talk.with(|mut origin| async move {
        read_head(&mut origin).await;
        let _ = origin.write_all(&bytes).await;
    });
    collect(answer.await?).await
}

async fn collect((response, driver): (Response<WasiBody>, Driver)) -> Result<String, Error> {
    let driven = tokio::spawn(driver.run());
    let body = response.into_body().collect().await.map(|body| body.to_bytes());
    driven.await.expect("a driver does not panic");
    Ok(String::from_utf8(body?.into()).expect("text"))
}

/// Sends a prefix, then nothing, and does not close.
async fn silent_after(talk: Talk, bytes: &'static str) -> Result<String, Error> {
    let answer = talk.with(|mut origin| async move {
        read_head(&mut origin).await;
        origin.write_all(bytes.as_bytes()).await.expect("the guest reads");
        std::future::pending::<()>().await;
    });
    collect(answer.await?).await
}

#[tokio::test]
async fn ordinary_answers_are_read_whole() {
    let rows = [
        (ok("hello"), "hello"),
        (
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n".to_owned(),
            "abcde",
        ),
        ("HTTP/1.0 200 OK\r\n\r\nuntil the end".to_owned(), "until the end"),
        ("HTTP/1.1 204 No Content\r\n\r\n".to_owned(), ""),
        ("HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\na".to_owned(), "a"),
        (ok(&"a".repeat(1000)), &"a".repeat(1000)),
    ];
    for (bytes, body) in rows {
        assert_eq!(told(bytes.as_str()).await.expect(&bytes), body);
    }
    let head = told_for(Method::HEAD, "HTTP/1.1 200 OK\r\ncontent-length: 5000000\r\n\r\n").await;
    assert_eq!(head.expect("a head declares a length it does not send"), "");
}

#[tokio::test]
async fn answers_at_their_bounds_are_read() {
    let most_fields = format!("HTTP/1.1 200 OK\r\n{}\r\n", "a: b\r\n".repeat(100));
    let around = "HTTP/1.1 200 OK\r\na: \r\n\r\n".len();
    let longest = format!("HTTP/1.1 200 OK\r\na: {}\r\n\r\n", "b".repeat(BOUNDS.head_bytes - around));
    for bytes in [most_fields, longest] {
        assert_eq!(told(bytes.as_str()).await.expect(&bytes), "");
    }
    let too_long = format!("HTTP/1.1 200 OK\r\na: {}\r\n\r\n", "b".repeat(BOUNDS.head_bytes - around + 1));
    assert!(matches!(told(too_long).await, Err(Error::HttpResponseHeaderSectionSize(Some(2000)))));
}

#[tokio::test]
async fn answers_beyond_their_bounds_are_errors() {
    let long_field = format!("HTTP/1.1 200 OK\r\na: {}\r\n\r\n", "b".repeat(BOUNDS.head_bytes));
    let many_fields = format!("HTTP/1.1 200 OK\r\n{}\r\n", "a: b\r\n".repeat(101));
    for bytes in [long_field, many_fields] {
        assert!(matches!(told(bytes).await, Err(Error::HttpResponseHeaderSectionSize(Some(2000)))));
    }
    assert!(matches!(told(ok(&"a".repeat(1001))).await, Err(Error::HttpResponseBodySize(Some(1001)))));
    let chunked = format!(
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{}",
        "1f4\r\n".to_owned() + &"a".repeat(500) + "\r\n"
    );
    let three_chunks = chunked.clone()
        + &chunked["HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".len()..]
        + "1\r\na\r\n0\r\n\r\n";
    assert!(matches!(told(three_chunks).await, Err(Error::HttpResponseBodySize(None))));
    let until_end = format!("HTTP/1.1 200 OK\r\n\r\n{}", "a".repeat(1001));
    assert!(matches!(told(until_end).await, Err(Error::HttpResponseBodySize(None))));
}

#[tokio::test]
async fn a_body_is_over_after_its_first_error() {
    let bytes = format!("HTTP/1.1 200 OK\r\n\r\n{}", "a".repeat(1001));
    let answer = Talk::new().with(move |mut origin| async move {
        read_head(&mut origin).await;
        let _ = origin.write_all(bytes.as_bytes()).await;
    });
    let (response, driver) = answer.await.expect("an answer");
    tokio::spawn(driver.run());
    let mut body = response.into_body();
    while body.frame().await.expect("an error before the end").is_ok() {}
    assert!(body.frame().await.is_none() && http_body::Body::is_end_stream(&body));
}

#[tokio::test]
async fn an_endless_head_ends_at_its_bound() {
    let answer = Talk::new().with(|mut origin| async move {
        read_head(&mut origin).await;
        let mut bytes = b"HTTP/1.1 200 OK\r\nx: ".to_vec();
        while origin.write_all(&bytes).await.is_ok() {
            bytes = vec![b'a'; 4096];
        }
    });
    assert!(matches!(answer.await, Err(Error::HttpResponseHeaderSectionSize(_))));
}

#[tokio::test]
async fn broken_answers_are_errors_and_never_look_complete() {
    const CHUNKED: &str = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    let rows = [
        ("", "incomplete"),
        ("HTTP/1.1 200 OK\r\nconte", "incomplete"),
        ("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nshort", "incomplete"),
        (&format!("{CHUNKED}5\r\nab"), "incomplete"),
        (&format!("{CHUNKED}5\r\nabcde\r\n"), "incomplete"),
        (&format!("{CHUNKED}x\r\nabcde\r\n"), "protocol"),
        (&format!("{CHUNKED}2\r\nabcde\r\n0\r\n\r\n"), "protocol"),
        (&format!("{CHUNKED}fffffffffffffffff\r\nabcde"), "protocol"),
        ("SSH-2.0-OpenSSH_9.9\r\n\r\n", "protocol"),
        ("HTTP/1.1 200 OK\r\nbad name: x\r\n\r\n", "protocol"),
        ("HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab", "protocol"),
        ("HTTP/1.1 200 OK\r\ncontent-length: +1\r\n\r\na", "protocol"),
        ("HTTP/2.0 200 OK\r\n\r\n", "protocol"),
        ("HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n", "upgrade"),
    ];
    for (bytes, expected) in rows {
        let kind = match told(bytes).await {
            Err(Error::HttpResponseIncomplete) => "incomplete",
            Err(Error::HttpProtocolError) => "protocol",
            Err(Error::HttpUpgradeFailed) => "upgrade",
            other => panic!("{bytes:?} was answered by {other:?}"),
        };
        assert_eq!(kind, expected, "{bytes:?}");
    }
}

#[tokio::test]
async fn an_answer_streams() {
    let (mut turn, mut turns) = duplex(1);
    let answer = Talk::new().with(|mut origin| async move {
        read_head(&mut origin).await;
        origin.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\na").await.expect("the guest reads");
        turns.read_u8().await.expect("the guest has read the first piece");
        origin.write_all(b"b").await.expect("the guest reads");
    });
    let (response, driver) = answer.await.expect("an answer");
    tokio::spawn(driver.run());
    let mut body = response.into_body();
    assert_eq!(body.frame().await.expect("a piece").expect("no error").into_data().expect("data"), "a");
    turn.write_u8(0).await.expect("the origin waits");
    assert_eq!(body.collect().await.expect("the rest").to_bytes(), "b");
}

#[tokio::test]
async fn trailers_pass() {
    let bytes = "HTTP/1.1 200 OK\r\ntrailer: sum\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\nsum: 1\r\n\r\n";
    let answer = Talk::new().with(move |mut origin| async move {
        read_head(&mut origin).await;
        origin.write_all(bytes.as_bytes()).await.expect("the guest reads");
    });
    let (response, driver) = answer.await.expect("an answer");
    tokio::spawn(driver.run());
    let body = response.into_body().collect().await.expect("a whole body");
    assert_eq!(body.trailers().expect("trailers")["sum"], "1");
}

#[tokio::test(start_paused = true)]
async fn silence_ends_at_its_deadline() {
    let second = Duration::from_secs(1);
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhello";
    let none = RequestOptions::default();
    let rows = [
        ("", none, "head", 15_000),
        ("HTTP/1.1 200", none, "head", 15_000),
        ("", RequestOptions { first_byte_timeout: Some(second), ..none }, "head", 1_000),
        ("", RequestOptions { first_byte_timeout: Some(Duration::ZERO), ..none }, "head", 1),
        ("", RequestOptions { first_byte_timeout: Some(Duration::MAX), ..none }, "head", 15_000),
        (head, none, "gap", 15_000),
        (head, RequestOptions { between_bytes_timeout: Some(second), ..none }, "gap", 1_000),
        (head, RequestOptions { between_bytes_timeout: Some(Duration::ZERO), ..none }, "gap", 1),
        (head, RequestOptions { between_bytes_timeout: Some(600 * second), ..none }, "gap", 15_000),
    ];
    for (bytes, options, expected, expected_ms) in rows {
        let started = Instant::now();
        let kind = match silent_after(Talk { options, ..Talk::new() }, bytes).await {
            Err(Error::HttpResponseTimeout) => "head",
            Err(Error::ConnectionReadTimeout) => "gap",
            other => panic!("{bytes:?} with {options:?} was answered by {other:?}"),
        };
        assert_eq!((kind, started.elapsed().as_millis()), (expected, expected_ms), "{bytes:?} with {options:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_origin_that_trickles_ends_with_the_exchange() {
    let started = Instant::now();
    let answer = Talk::new().with(|mut origin| async move {
        read_head(&mut origin).await;
        let mut bytes: &[u8] = b"HTTP/1.1 200 OK\r\n\r\n";
        while origin.write_all(bytes).await.is_ok() {
            tokio::time::sleep(Duration::from_secs(7)).await;
            bytes = b"a";
        }
    });
    let answer = collect(answer.await.expect("an answer")).await;
    assert!(matches!(answer, Err(Error::HttpResponseTimeout)), "{answer:?}");
    assert_eq!(started.elapsed(), Duration::from_secs(30));
}

#[tokio::test(start_paused = true)]
async fn a_guest_that_forgets_its_answer_holds_the_connection_no_longer_than_the_exchange() {
    let started = Instant::now();
    let answer = Talk::new().with(|mut origin| async move {
        read_head(&mut origin).await;
        let head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
        let mut bytes: Vec<u8> = head.to_vec();
        while origin.write_all(&bytes).await.is_ok() {
            bytes = [b"1000\r\n", &[b'a'; 4096][..], b"\r\n"].concat();
        }
    });
    let (_response, driver) = answer.await.expect("an answer");
    driver.run().await;
    assert_eq!(started.elapsed(), Duration::from_secs(30));
}

#[tokio::test]
async fn a_request_body_is_streamed_and_its_failure_is_the_guests_own() {
    let rows = [(false, Ok("got it")), (true, Err(()))];
    for (fails, expected) in rows {
        let (mut sender, body) = streamed();
        let mut talk = Talk::new();
        *talk.request.method_mut() = Method::POST;
        *talk.request.body_mut() = body;
        let writing = async move {
            sender.send_data(Bytes::from_static(b"abc")).await.expect("the origin reads");
            if fails {
                sender.abort(Error::HttpRequestBodySize(Some(3)));
            }
        };
        let answer = talk.with(|mut origin| async move {
            let head = read_head(&mut origin).await;
            assert!(head.contains("transfer-encoding: chunked"), "{head}");
            let mut body = [0; 8];
            origin.read_exact(&mut body).await.expect("the first piece");
            assert_eq!(&body, b"3\r\nabc\r\n");
            let _ = origin.read_exact(&mut [0; 5]).await;
            let _ = origin.write_all(ok("got it").as_bytes()).await;
        });
        let (answer, ()) = tokio::join!(answer, writing);
        match (answer, expected) {
            (Ok(answer), Ok(body)) => assert_eq!(collect(answer).await.expect("a body"), body),
            (Err(Error::HttpRequestBodySize(Some(3))), Err(())) => {}
            (answer, expected) => panic!("{:?} instead of {expected:?}", answer.map(|_| ()).err()),
        }
    }
}

#[tokio::test]
async fn an_early_answer_reaches_a_guest_that_still_sends() {
    let (_sender, body) = streamed();
    let mut talk = Talk::new();
    *talk.request.method_mut() = Method::POST;
    *talk.request.body_mut() = body;
    let answer = talk.with(|mut origin| async move {
        read_head(&mut origin).await;
        origin.write_all(ok("no, thanks").as_bytes()).await.expect("the guest reads");
        let _ = origin.read(&mut [0; 1]).await;
    });
    let (response, driver) = answer.await.expect("an answer");
    let mut driver = Pin::from(Box::new(driver.run()));
    let body = tokio::select! {
        body = response.into_body().collect() => body,
        () = &mut driver => panic!("the connection ended before the answer was read"),
    };
    assert_eq!(body.expect("a body").to_bytes(), "no, thanks");
}
