//! Origins that answer before they have read the request, and then read no more of it.

use bytes::Bytes;
use http::Method;
use tokio::io::AsyncWriteExt;
use wasmtime_wasi_http::{Error, WasiBody};

use super::kit::{Origin, beside, get, granted, ok, read, read_head, send, streamed};

fn post(url: &str, body: WasiBody) -> http::Request<WasiBody> {
    let mut request = get(url);
    *request.method_mut() = Method::POST;
    *request.body_mut() = body;
    request
}

/// Sends without end, until the host does not listen any more.
async fn endless(mut sender: http_body_util::channel::Sender<Bytes, Error>) {
    let piece = Bytes::from(vec![b'a'; 64 * 1024]);
    while sender.send_data(piece.clone()).await.is_ok() {}
}

#[tokio::test]
async fn an_early_answer_is_read_though_the_origin_hears_no_more() {
    let origin = Origin::start().await;
    for bytes in [ok("too large"), "HTTP/1.1 413 Content Too Large\r\ncontent-length: 0\r\n\r\n".to_owned()] {
        for _ in 0..50 {
            let (sender, body) = streamed();
            let sending = send(&mut granted(&[origin.url()]), post(&origin.url(), body));
            let answering = async {
                let mut stream = origin.accept().await;
                read_head(&mut stream).await;
                stream.write_all(bytes.as_bytes()).await.expect("the guest reads");
                // Closing with unread bytes resets the connection (RFC 9293 section 3.6).
            };
            let reading = async { read(sending.await?).await };
            let others = async { tokio::join!(endless(sender), answering) };
            let answer = beside(reading, others).await.expect("an answer");
            assert!(bytes.ends_with(answer.body()), "{answer:?}");
        }
    }
}

#[tokio::test]
async fn an_origin_that_goes_without_an_answer_is_an_error() {
    let origin = Origin::start().await;
    let (sender, body) = streamed();
    let sending = send(&mut granted(&[origin.url()]), post(&origin.url(), body));
    let going = async { read_head(&mut origin.accept().await).await };
    let others = async { tokio::join!(endless(sender), going) };
    let answer = beside(async { read(sending.await?).await }, others).await;
    assert!(matches!(answer, Err(Error::HttpResponseIncomplete | Error::ConnectionTerminated)), "{answer:?}");
}
