//! Clients that show what is on the wire: bytes for HTTP/1, and whether a stream was reset for HTTP/2. Where the wire
//! does not matter, [`ask`] reads an answer however it is framed.

use std::net::SocketAddr;

use http::{HeaderValue, Request, Response};
use hyper::{
    body::Incoming,
    client::conn::{http1, http2},
};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
    task::JoinHandle,
};

use crate::{
    eventually,
    site::{Answer, RequestBody},
};

/// The answer to one request to `localhost`, over a connection of its own. Whether a body comes with its length or in
/// chunks may differ from one run to the next: it depends on whether the guest had ended when its head went out.
pub async fn ask(address: SocketAddr, request: Request<RequestBody>) -> Answer {
    ask_over(TcpStream::connect(address).await.expect("the server listens"), request).await
}

/// As [`ask`], from another address of this machine.
pub async fn ask_from(source: [u8; 4], address: SocketAddr, request: Request<RequestBody>) -> Answer {
    ask_over(connected_from(source, address).await, request).await
}

async fn connected_from(source: [u8; 4], address: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind((source, 0).into()).expect("an address of this machine");
    socket.connect(address).await.expect("the server listens")
}

async fn ask_over(stream: TcpStream, mut request: Request<RequestBody>) -> Answer {
    request.headers_mut().entry("host").or_insert(HeaderValue::from_static("localhost"));
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.expect("an open socket");
    let connection = tokio::spawn(connection);
    let response = eventually("a head over HTTP/1", sender.send_request(request)).await.expect("a head");
    let answer = eventually("the whole answer", Answer::read(response)).await;
    connection.abort();
    answer
}

/// A connection that sends the bytes it is told to and keeps all it receives.
#[derive(Debug)]
pub struct Raw {
    stream: TcpStream,
    seen: Vec<u8>,
}

impl Raw {
    /// Connects.
    pub async fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.expect("the server listens");
        stream.set_nodelay(true).expect("a fresh socket");
        Self { stream, seen: Vec::new() }
    }

    /// Connects from another address of this machine.
    pub async fn connect_from(source: [u8; 4], address: SocketAddr) -> Self {
        Self { stream: connected_from(source, address).await, seen: Vec::new() }
    }

    /// Sends a whole request without a body that closes the connection, and returns all that came until then.
    pub async fn exchange(address: SocketAddr, target: &str) -> String {
        let mut raw = Self::connect(address).await;
        raw.send(&format!("GET {target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")).await;
        raw.to_close().await
    }

    /// As [`Raw::exchange`]; nothing where nobody listens.
    pub async fn try_exchange(address: SocketAddr, target: &str) -> Option<String> {
        let mut raw = Self { stream: TcpStream::connect(address).await.ok()?, seen: Vec::new() };
        raw.send(&format!("GET {target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")).await;
        Some(raw.to_close().await)
    }

    /// Sends bytes. A server that has closed already is found out by reading.
    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        let _ = self.stream.write_all(bytes.as_ref()).await;
    }

    /// Receives until the text is there, and returns everything up to its end.
    pub async fn until(&mut self, text: &str) -> String {
        loop {
            if let Some(at) = find(&self.seen, text.as_bytes()) {
                let rest = self.seen.split_off(at + text.len());
                return lossy(std::mem::replace(&mut self.seen, rest));
            }
            let more = self.receive(text).await;
            assert!(more, "closed before {text:?}: {:?}", String::from_utf8_lossy(&self.seen));
        }
    }

    /// Receives until the server closes, and returns what is left.
    pub async fn to_close(&mut self) -> String {
        while self.receive("the close").await {}
        lossy(std::mem::take(&mut self.seen))
    }

    /// Closes without a farewell: the server is sent a reset.
    pub fn reset(self) {
        self.stream.set_zero_linger().expect("an open socket");
    }

    /// Closes the sending half.
    pub async fn finish(&mut self) {
        self.stream.shutdown().await.expect("an open socket");
    }

    async fn receive(&mut self, what: &str) -> bool {
        let read = self.stream.read_buf(&mut self.seen);
        // A reset is a close as well: the server leaves unread bytes behind when it refuses early.
        eventually(what, read).await.is_ok_and(|bytes| bytes > 0)
    }
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

fn lossy(bytes: Vec<u8>) -> String {
    String::from_utf8_lossy(&bytes).into_owned()
}

/// An HTTP/2 connection with prior knowledge.
#[derive(Debug)]
pub struct Http2 {
    sender: http2::SendRequest<RequestBody>,
    connection: JoinHandle<hyper::Result<()>>,
}

impl Http2 {
    /// Connects.
    pub async fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.expect("the server listens");
        let handshake = http2::handshake(TokioExecutor::new(), TokioIo::new(stream));
        let (sender, connection) = handshake.await.expect("the server speaks HTTP/2");
        Self { sender, connection: tokio::spawn(connection) }
    }

    /// The response to a request to `localhost`, as soon as its head is there.
    pub async fn open(&mut self, request: Request<RequestBody>) -> Response<Incoming> {
        let (mut head, body) = request.into_parts();
        let target = format!("http://localhost{}", head.uri);
        head.uri = target.parse().expect("a path makes a URI");
        head.headers.remove("host");
        self.send(Request::from_parts(head, body)).await
    }

    /// As [`Http2::open`], with the authority and the `Host` that the request itself has.
    pub async fn send(&mut self, request: Request<RequestBody>) -> Response<Incoming> {
        let response = self.sender.send_request(request);
        eventually("a head over HTTP/2", response).await.expect("a head")
    }
}

impl Drop for Http2 {
    fn drop(&mut self) {
        self.connection.abort();
    }
}
