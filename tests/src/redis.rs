//! A real Redis server on a free port of the loopback, ended with the test.

use std::{net::TcpListener, process::Stdio, time::Duration};

use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpStream,
    process::{Child, Command},
};

use crate::eventually;

/// A server that runs until it is dropped. Its data go with it.
#[derive(Debug)]
pub struct Redis {
    port: u16,
    dir: TempDir,
    server: Child,
}

/// Somebody else may take a port between its choice and the server's start.
const TRIES: usize = 10;

impl Redis {
    /// Starts a server and waits until it answers.
    pub async fn start() -> Self {
        for _ in 0..TRIES {
            let dir = TempDir::new().expect("a temporary directory");
            let port = free_port();
            if let Some(server) = ready(port, &dir).await {
                return Self { port, dir, server };
            }
        }
        panic!("redis-server does not start; is it installed?");
    }

    /// The same server, started again with what it had saved, at the same place.
    pub async fn restarted(self) -> Self {
        let Self { port, dir, mut server } = self;
        server.kill().await.expect("it runs");
        let server = ready(port, &dir).await.expect("the port was its own");
        Self { port, dir, server }
    }

    /// Ends the server, as a crash does.
    pub async fn stop(mut self) {
        self.server.kill().await.expect("it runs");
    }

    /// Has it answer nobody for so long.
    pub async fn pause(&self, time: Duration) {
        let mut client = TcpStream::connect(("127.0.0.1", self.port)).await.expect("it listens");
        let order = format!("CLIENT PAUSE {} ALL\r\n", time.as_millis());
        client.write_all(order.as_bytes()).await.expect("it reads");
        let mut answer = [0; 5];
        eventually("redis-server obeys", client.read_exact(&mut answer)).await.expect("it answers");
        assert_eq!(&answer, b"+OK\r\n");
    }

    /// Where it is, as `[kv] url` names it.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/3", self.port)
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("it is bound").port()
}

/// The server once it is ready; none where the port was taken meanwhile.
async fn ready(port: u16, dir: &TempDir) -> Option<Child> {
    let mut command = Command::new("redis-server");
    command.args([
        "--bind",
        "127.0.0.1",
        "--port",
        &port.to_string(),
        "--appendonly",
        "yes",
        "--appendfsync",
        "always",
    ]);
    command.arg("--dir").arg(dir.path()).stdout(Stdio::piped()).stdin(Stdio::null()).kill_on_drop(true);
    let mut server = command.spawn().expect("redis-server is installed");
    let mut log = BufReader::new(server.stdout.take().expect("it is piped")).lines();
    while let Ok(Some(line)) = eventually("redis-server says something", log.next_line()).await {
        if line.contains("Ready to accept connections") {
            // It goes on talking, and would be stopped by a pipe that nobody reads.
            tokio::spawn(async move { while let Ok(Some(_)) = log.next_line().await {} });
            return Some(server);
        }
    }
    None
}
