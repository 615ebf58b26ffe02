//! A server for the sample proxy to call: refuses until it is opened, then says one sentence.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 25\r\nconnection: close\r\n\r\nhello from a public file\n";

/// One listening socket and the thread that serves it; ends with the value.
pub(super) struct Upstream {
    address: SocketAddr,
    state: Arc<State>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct State {
    open: AtomicBool,
    ended: AtomicBool,
}

impl Upstream {
    /// Listens on a free port of this machine; every connection is closed at once until `open`.
    pub(super) fn start() -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let state = Arc::new(State::default());
        let thread = std::thread::spawn({
            let state = Arc::clone(&state);
            move || serve(&listener, &state)
        });
        Ok(Self { address, state, thread: Some(thread) })
    }

    /// Where it listens, as it is written in a grant: `http://127.0.0.1:PORT`.
    pub(super) fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on requests are answered.
    pub(super) fn open(&self) {
        self.state.open.store(true, Ordering::SeqCst);
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        self.state.ended.store(true, Ordering::SeqCst);
        // Wakes the thread from `accept`.
        drop(TcpStream::connect(self.address));
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

fn serve(listener: &TcpListener, state: &State) {
    for connection in listener.incoming().flatten() {
        if state.ended.load(Ordering::SeqCst) {
            return;
        }
        if state.open.load(Ordering::SeqCst) {
            // A client that goes away is its own problem.
            drop(answer(connection));
        }
    }
}

fn answer(mut connection: TcpStream) -> std::io::Result<()> {
    let mut lines = BufReader::new(connection.try_clone()?).lines();
    while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
    connection.write_all(ANSWER)
}
