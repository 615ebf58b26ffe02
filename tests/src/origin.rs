//! A server for guests to call: every connection waits until the test answers it.

use std::{net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpSocket, TcpStream},
    time::timeout,
};

use crate::eventually;

/// A listener on a free port of the loopback.
#[derive(Debug)]
pub struct Origin {
    listener: TcpListener,
}

/// A listener whose queue is full.
#[derive(Debug)]
pub struct Full {
    /// Where it listens.
    pub address: SocketAddr,
    _listener: TcpListener,
    _waiting: Vec<TcpStream>,
}

/// A call whose head has come and which waits for its answer.
#[derive(Debug)]
pub struct Call {
    /// The request line and headers, as they came.
    pub head: String,
    stream: TcpStream,
}

impl Origin {
    /// Listens.
    pub async fn start() -> Self {
        Self { listener: TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port") }
    }

    /// Listens with room for no further connection: whoever connects waits for an answer.
    pub async fn that_accepts_nothing() -> Full {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.bind(([127, 0, 0, 1], 0).into()).expect("a free port");
        let listener = socket.listen(1).expect("a bound socket");
        let address = listener.local_addr().expect("it listens");
        let mut waiting = Vec::new();
        // The system takes a few more than it is told to.
        while let Ok(Ok(stream)) = timeout(Duration::from_millis(200), TcpStream::connect(address)).await {
            waiting.push(stream);
        }
        Full { address, _listener: listener, _waiting: waiting }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.listener.local_addr().expect("it listens")
    }

    /// Its URL with that path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address())
    }

    /// The next call, as soon as its head has come.
    pub async fn call(&self) -> Call {
        eventually("a call to the origin", self.accept()).await
    }

    /// Answers every call with that text, until the test ends or drops it.
    pub async fn answer_all(&self, text: &str) {
        loop {
            self.accept().await.answer(text).await;
        }
    }

    /// Accepts every connection, sends these bytes and keeps it open, until the test ends or drops it.
    pub async fn hold(&self, bytes: &str) {
        let mut held = Vec::new();
        loop {
            let (mut stream, _) = self.listener.accept().await.expect("it listens");
            // A guest that was ended meanwhile no longer listens.
            let _ = stream.write_all(bytes.as_bytes()).await;
            held.push(stream);
        }
    }

    async fn accept(&self) -> Call {
        let (mut stream, _) = self.listener.accept().await.expect("it listens");
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.expect("a whole head"));
        }
        Call { head: String::from_utf8(head).expect("a text head"), stream }
    }
}

impl Call {
    /// Answers 200 with that text and closes.
    pub async fn answer(self, text: &str) {
        let length = text.len();
        self.send_raw(&format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{text}")).await;
    }

    /// Sends these bytes and closes.
    pub async fn send_raw(mut self, bytes: &str) {
        // A guest that was ended meanwhile no longer listens.
        let _ = self.stream.write_all(bytes.as_bytes()).await;
        let _ = self.stream.shutdown().await;
    }
}
