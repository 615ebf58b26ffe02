//! An answer that is cut off at the end of the grace period never looks finished.

use routelet_tests::{
    Answer, Guest, SiteDir,
    binary::{Program, Signal},
    client::{Http2, Raw},
    site::{channel, request},
};

use crate::PROGRAM;

#[tokio::test]
async fn an_answer_cut_by_the_end_of_grace_is_visibly_cut() {
    let dir = SiteDir::of(Guest::SleepsAfterHead);
    let path = dir.path().to_str().expect("a readable path");
    let words = ["serve", path, "--listen", "127.0.0.1:0", "--grace", "50ms"];
    let server = Program::at(PROGRAM).start(words).await;
    let mut chunked = Raw::connect(server.address).await;
    chunked.send("POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\n\r\n").await;
    let begun = chunked.until("first\n").await;
    assert!(begun.contains("transfer-encoding: chunked"), "{begun}");
    let mut counted = Raw::connect(server.address).await;
    counted.send("POST /?length=100 HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\n\r\n").await;
    let begun = counted.until("first\n").await;
    assert!(begun.contains("content-length: 100"), "{begun}");
    let (_release, body) = channel();
    let mut framed = Http2::connect(server.address).await;
    let response = framed.open(request("POST", "/").map(|_| body)).await;

    server.signal(Signal::TERM);
    assert_eq!(server.ended().await, 1);
    assert_eq!(chunked.to_close().await, "\r\n", "the last chunk is missing");
    assert_eq!(counted.to_close().await, "", "the declared length is not reached");
    let answer = Answer::read(response).await;
    assert_eq!((answer.text(), answer.complete), ("first\n", false), "the stream has no end");
}
