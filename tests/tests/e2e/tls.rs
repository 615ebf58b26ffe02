//! HTTP over TLS: what is agreed on in the handshake, who may not have one, and certificates that change.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt as _, Empty};
use hyper_util::rt::{TokioExecutor, TokioIo};
use routelet::config::server_limits;
use routelet_tests::{
    Guest, SiteDir,
    client::Raw,
    eventually,
    tls::{self, Certificate, Client, certificate, hello, show},
};
use rustls::version;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf},
    net::TcpStream,
};
use tokio_rustls::client::TlsStream;

const REQUEST: &str = "GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";

/// A site that tells what it was asked, with this certificate.
fn site(certificate: &Certificate, settings: &str) -> SiteDir {
    let dir = SiteDir::of(Guest::EchoesRequest).file("routelet.toml", format!("{settings}\n{}", tls::SETTINGS));
    show(&dir, certificate);
    dir
}

async fn exchange<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut TlsStream<S>, request: &str) -> String {
    stream.write_all(request.as_bytes()).await.expect("the server reads");
    stream.flush().await.expect("the server reads");
    let mut answer = Vec::new();
    eventually("the answer", stream.read_to_end(&mut answer)).await.expect("a close that is told");
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_spoken_is_what_was_agreed_on() {
    let certificate = certificate();
    let site = site(&certificate, "").load().await;
    let server = site.serve().await;
    for (offered, agreed) in [
        (&[][..], Some(None)),
        (&["http/1.1"], Some(Some("http/1.1"))),
        (&["http/1.1", "h2"], Some(Some("h2"))),
        (&["spdy/3"], None),
    ] {
        let client = Client { protocols: offered.to_vec(), ..Client::trusting(&certificate) };
        let connected = client.connect(server.address).await;
        let found = connected.as_ref().ok().map(|stream| {
            let protocol = stream.get_ref().1.alpn_protocol();
            protocol.map(|protocol| str::from_utf8(protocol).expect("a name"))
        });
        assert_eq!(found, agreed, "{offered:?}: {connected:?}");
        if let (Ok(mut stream), Some(None | Some("http/1.1"))) = (connected, agreed) {
            let answer = exchange(&mut stream, REQUEST).await;
            assert!(answer.starts_with("HTTP/1.1 200"), "{offered:?}: {answer}");
        }
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_learns_that_its_client_came_over_tls() {
    let certificate = certificate();
    let site = site(&certificate, "").load().await;
    let server = site.serve().await;
    let client = Client { protocols: vec!["h2"], ..Client::trusting(&certificate) };
    let stream = client.connect(server.address).await.expect("a handshake");
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.expect("HTTP/2");
    let connection = tokio::spawn(connection);
    // What the client claims in `:scheme` counts for nothing.
    let request = Request::get("http://localhost/").body(Empty::<Bytes>::new()).expect("a request");
    let response = eventually("a head", sender.send_request(request)).await.expect("an answer");
    let body = response.into_body().collect().await.expect("a whole body").to_bytes();
    let told: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
    assert!(told["scheme"].to_string().to_lowercase().contains("https"), "{told}");
    assert!(told.to_string().contains("proto=https"), "{told}");
    connection.abort();
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn both_versions_of_tls_are_spoken_however_small_the_pieces() {
    let certificate = certificate();
    let site = site(&certificate, "").load().await;
    let server = site.serve().await;
    for version in [&version::TLS12, &version::TLS13] {
        let client = Client { versions: vec![version], ..Client::trusting(&certificate) };
        let stream = TcpStream::connect(server.address).await.expect("the server listens");
        stream.set_nodelay(true).expect("a fresh socket");
        let mut stream = client.over(ByteByByte(stream)).await.expect("a handshake");
        assert_eq!(stream.get_ref().1.protocol_version(), Some(version.version));
        let answer = exchange(&mut stream, REQUEST).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{version:?}: {answer}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_speaks_no_tls_is_not_answered() {
    let certificate = certificate();
    let site = site(&certificate, "").load().await;
    let server = site.serve().await;
    for bytes in [REQUEST.as_bytes(), &[0xff; 4096]] {
        let mut client = Raw::connect(server.address).await;
        client.send(bytes).await;
        let answer = client.to_close().await;
        assert!(!answer.contains("HTTP"), "{bytes:?}: {answer}");
    }
    assert_eq!(site.guests_started(), 0);
    let mut honest = Client::trusting(&certificate).connect(server.address).await.expect("a handshake");
    assert!(exchange(&mut honest, REQUEST).await.starts_with("HTTP/1.1 200"));
    server.stop().await;
}

/// The limit is far below the default, with which this test fails.
#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_shake_hands_is_waited_for_no_longer_than_the_limit() {
    const LIMIT: Duration = Duration::from_secs(1);
    let site = site(&certificate(), "[server]\ntls-handshake = \"1s\"").load().await;
    let server = site.serve().await;
    let address = server.address;
    let silent = [&b""[..], b"\x16", hello::BEGUN].map(|bytes| async move {
        let begun = Instant::now();
        let mut client = Raw::connect(address).await;
        client.send(bytes).await;
        (bytes, client.to_close().await, begun.elapsed())
    });
    for (bytes, answer, took) in futures_util::future::join_all(silent).await {
        assert!(answer.is_empty(), "{bytes:?}: {answer}");
        assert!(took >= LIMIT && took < server_limits::TLS_HANDSHAKE - LIMIT, "{bytes:?}: {took:?}");
    }
    assert_eq!(site.guests_started(), 0);
    server.stop().await;
}

/// RFC 8996.
#[tokio::test(flavor = "multi_thread")]
async fn versions_before_1_2_are_refused_by_an_alert() {
    let site = site(&certificate(), "").load().await;
    let server = site.serve().await;
    for (version, refused) in [([3, 0], true), ([3, 1], true), ([3, 2], true), ([3, 3], false)] {
        let mut client = TcpStream::connect(server.address).await.expect("the server listens");
        client.write_all(&hello::of(version)).await.expect("the server reads");
        let mut answer = [0; 7];
        eventually("an answer", client.read_exact(&mut answer)).await.expect("an answer");
        let is_alert = answer[0] == hello::ALERT && answer[5..] == hello::PROTOCOL_VERSION;
        assert_eq!(is_alert, refused, "{version:?}: {answer:?}");
    }
    assert_eq!(site.guests_started(), 0);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_authority_decides_and_not_the_name_of_the_handshake() {
    let certificate = certificate();
    let site = site(&certificate, "hosts = [\"other.example\"]").load().await;
    let server = site.serve().await;
    for (host, status) in [("other.example", 200), ("localhost", 421)] {
        let mut stream = Client::trusting(&certificate).connect(server.address).await.expect("a handshake");
        let request = REQUEST.replace("host: localhost", &format!("host: {host}"));
        let answer = exchange(&mut stream, &request).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{host}: {answer}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_certificate_is_shown_and_no_connection_lost() {
    let (old, new) = (certificate(), certificate());
    let site = site(&old, "").load().await;
    let server = site.serve().await;
    let mut before = Client::trusting(&old).connect(server.address).await.expect("a handshake");
    show(site.dir(), &new);
    let shown = async {
        while Client::trusting(&new).connect(server.address).await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    eventually("the new certificate", shown).await;
    assert!(Client::trusting(&old).connect(server.address).await.is_err());
    assert!(exchange(&mut before, REQUEST).await.starts_with("HTTP/1.1 200"));
    server.stop().await;
}

/// Asks over connections of their own, one after the other, until told that it is enough.
async fn ask_until(ended: Arc<AtomicBool>, client: Client, address: SocketAddr) -> usize {
    let mut answers = 0;
    while !ended.load(Ordering::Relaxed) {
        let mut stream = client.connect(address).await.expect("no connection is refused");
        assert!(exchange(&mut stream, REQUEST).await.starts_with("HTTP/1.1 200"));
        answers += 1;
    }
    answers
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_changes_under_load_turns_nobody_away() {
    let (one, other) = (certificate(), certificate());
    let site = site(&one, "[server]\ntls-handshake = \"10m\"").load().await;
    let server = site.serve().await;
    let both = || {
        let mut client = Client::trusting(&one);
        client.trusted.add(other.cert.der().clone()).expect("a certificate");
        client
    };
    let ended = Arc::new(AtomicBool::new(false));
    let load = [(); 4].map(|()| tokio::spawn(ask_until(ended.clone(), both(), server.address)));
    for shown in [&other, &one, &other] {
        // Begun before the change, ended after it.
        let (ours, mut theirs) = tokio::io::duplex(64 << 10);
        let client = both();
        // It keeps its end open: the server has more to say after the handshake.
        let slow = tokio::spawn(async move { client.over(ours).await });
        let mut wire = TcpStream::connect(server.address).await.expect("the server listens");
        let first = theirs.read_u8().await.expect("the client begins");
        wire.write_all(&[first]).await.expect("the server reads");
        show(site.dir(), shown);
        let seen = async {
            while Client::trusting(shown).connect(server.address).await.is_err() {
                tokio::task::yield_now().await;
            }
        };
        eventually("the other certificate", seen).await;
        let relayed = tokio::io::copy_bidirectional(&mut theirs, &mut wire);
        tokio::select! {
            ended = slow => assert!(matches!(ended, Ok(Ok(_))), "{ended:?}"),
            relayed = relayed => panic!("the server gave up: {relayed:?}"),
        }
    }
    ended.store(true, Ordering::Relaxed);
    for load in load {
        assert!(load.await.expect("nobody is turned away") > 0);
    }
    server.stop().await;
}

/// A stream that sends one byte at a time.
#[derive(Debug)]
struct ByteByByte(TcpStream);

impl AsyncRead for ByteByByte {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, into)
    }
}

impl AsyncWrite for ByteByByte {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, &bytes[..bytes.len().min(1)])
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}
