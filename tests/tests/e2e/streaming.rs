//! Bodies that flow: what is written reaches the other side at once, and order is kept by events, never by time.

use http_body_util::BodyExt as _;
use routelet_tests::{
    Answer, Guest, SiteDir, TestSite,
    client::Raw,
    eventually,
    site::{channel, request},
};

async fn site_of(guest: Guest) -> TestSite {
    SiteDir::of(guest).load().await
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn each_event_reaches_the_client_before_the_next_is_made() {
    let site = site_of(Guest::StreamsSlowly).await;
    let (mut release, body) = channel();
    let mut response = site.open(request("POST", "/").map(|_| body)).await;
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    for count in 1..=3 {
        let frame = eventually("an event", response.frame()).await.expect("not ended").expect("not broken");
        assert_eq!(frame.into_data().expect("bytes"), format!("data: {count}\n\n"));
        if count < 3 {
            release.send_data("go".into()).await.expect("the guest reads");
        }
    }
    drop(release);
    assert!(eventually("the end", response.frame()).await.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn each_event_reaches_the_wire_before_the_next_is_made() {
    let site = site_of(Guest::StreamsSlowly).await;
    let server = site.serve().await;
    let mut client = Raw::connect(server.address).await;
    client.send("POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\nconnection: close\r\n\r\n").await;
    client.until("data: 1\n\n").await;
    client.send("1").await;
    client.until("data: 2\n\n").await;
    client.send("2").await;
    let rest = client.to_close().await;
    assert!(rest.contains("data: 3\n\n") && rest.ends_with("0\r\n\r\n"), "{rest:?}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn a_head_is_sent_before_its_body_is_known() {
    let site = site_of(Guest::SendsEarlyHead).await;
    let (release, body) = channel();
    let open = site.open(request("POST", "/").map(|_| body));
    let response = eventually("the head", open).await;
    assert_eq!((response.status().as_u16(), &response.headers()["x-early"]), (202, &"yes".parse().expect("a value")));
    drop(release);
    assert_eq!(Answer::read(response).await.text(), "late body\n");
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn a_body_is_echoed_while_it_is_sent() {
    let site = site_of(Guest::EchoesBody).await;
    let (mut sender, body) = channel();
    let open = site.open(request("POST", "/").map(|_| body));
    let mut response = eventually("the head", open).await;
    for piece in ["one", "two", "three"] {
        sender.send_data(piece.into()).await.expect("the guest reads");
        let frame = eventually("the echo", response.frame()).await.expect("not ended").expect("not broken");
        assert_eq!(frame.into_data().expect("bytes"), piece);
    }
    drop(sender);
    assert!(eventually("the end", response.frame()).await.is_none());
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn a_large_download_arrives_whole() {
    let answer = site_of(Guest::Downloads).await.get("/?bytes=10000001").await;
    assert!(answer.complete);
    assert_eq!(answer.body.len(), 10_000_001);
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn a_large_upload_arrives_whole() {
    let site = site_of(Guest::Uploads).await;
    assert_eq!(site.post("/", vec![b'u'; 10_000_001]).await.text(), "10000001");
    let server = site.serve().await;
    let mut client = Raw::connect(server.address).await;
    client.send("POST / HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n").await;
    for _ in 0..3 {
        client.send("5\r\nhello\r\n").await;
    }
    client.send("0\r\n\r\n").await;
    let answer = client.to_close().await;
    assert!(answer.contains("15"), "{answer}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn a_guest_may_answer_first_and_read_later() {
    let site = site_of(Guest::AnswersThenReads).await;
    let answer = site.post("/", vec![b'x'; 3 << 20]).await;
    assert_eq!((answer.status, answer.text()), (200, "answered first\n"));
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn output_and_answer_do_not_mix() {
    let site =
        SiteDir::new().route("prints", Guest::PrintsStdoutStderr).route("floods", Guest::FloodsStdout).load().await;
    assert_eq!(site.get("/prints?text=more").await.text(), "printed\n");
    assert_eq!(site.get("/floods?lines=5000&width=200").await.text(), "flooded\n");
}
