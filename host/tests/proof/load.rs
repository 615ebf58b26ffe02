//! Clients on threads of their own: nothing of the server runs where they are.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// How long a client waits for anything: beyond it the request counts as an error.
const PATIENCE: Duration = Duration::from_mins(1);
/// How far hostile clients stand back behind the server on the cores they share.
const NICENESS: i32 = 10;
/// How often a hostile client that waits looks whether its flood has ended.
const LOOK: Duration = Duration::from_millis(50);
/// What a hostile client reads of an answer at a time.
const PIECE_BYTES: usize = 64 << 10;

/// One answered or failed request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sample {
    /// From when it was due to its last byte.
    pub(crate) latency: Duration,
    /// Its status, 0 where there was no whole answer.
    pub(crate) status: u16,
}

/// What a load came to.
#[derive(Debug, Default)]
pub(crate) struct Samples {
    sorted: Vec<Sample>,
    over: Duration,
}

impl Samples {
    fn gather(mut sorted: Vec<Sample>, over: Duration) -> Self {
        sorted.sort_by_key(|sample| sample.latency);
        Self { sorted, over }
    }

    /// Those with a status.
    pub(crate) fn with_status(&self, status: u16) -> Self {
        let sorted = self.sorted.iter().filter(|sample| sample.status == status).copied().collect();
        Self { sorted, over: self.over }
    }

    /// How many.
    pub(crate) fn count(&self) -> usize {
        self.sorted.len()
    }

    /// How many in a second.
    pub(crate) fn rate(&self) -> f64 {
        self.count() as f64 / self.over.as_secs_f64()
    }

    /// The latency that this share of all did not exceed, in milliseconds.
    pub(crate) fn percentile_ms(&self, share: f64) -> f64 {
        let at = ((self.count() as f64 * share).ceil() as usize).clamp(1, self.count().max(1)) - 1;
        self.sorted.get(at).map_or(0.0, |sample| sample.latency.as_secs_f64() * 1000.0)
    }
}

/// A keep-alive connection that asks for one target again and again.
struct Client {
    address: SocketAddr,
    request: String,
    stream: Option<TcpStream>,
    seen: Vec<u8>,
}

impl Client {
    fn new(address: SocketAddr, target: &str) -> Self {
        let request = format!("GET {target} HTTP/1.1\r\nhost: localhost\r\n\r\n");
        Self { address, request, stream: None, seen: Vec::new() }
    }

    /// The status of a whole answer, 0 where there was none.
    fn ask(&mut self) -> u16 {
        let asked = self.exchange();
        asked.unwrap_or_else(|_| {
            self.stream = None;
            0
        })
    }

    fn exchange(&mut self) -> std::io::Result<u16> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => connect(self.address)?,
        };
        stream.write_all(self.request.as_bytes())?;
        self.seen.clear();
        let head = self.read_until(&mut stream, |seen| find(seen, b"\r\n\r\n").map(|at| at + 4))?;
        let text = String::from_utf8_lossy(&self.seen[..head]).to_ascii_lowercase();
        let status = text.get(9..12).and_then(|status| status.parse().ok()).unwrap_or(0);
        match text.lines().find_map(|line| line.strip_prefix("content-length: ")) {
            Some(length) => {
                let whole = head + length.trim().parse::<usize>().unwrap_or(0);
                self.read_until(&mut stream, |seen| (seen.len() >= whole).then_some(whole))?;
            }
            None => drop(self.read_until(&mut stream, |seen| seen.ends_with(b"0\r\n\r\n").then_some(0))?),
        }
        if !text.contains("connection: close") {
            self.stream = Some(stream);
        }
        Ok(status)
    }

    fn read_until(
        &mut self,
        stream: &mut TcpStream,
        enough: impl Fn(&[u8]) -> Option<usize>,
    ) -> std::io::Result<usize> {
        let mut piece = [0; 4096];
        loop {
            if let Some(at) = enough(&self.seen) {
                return Ok(at);
            }
            match stream.read(&mut piece)? {
                0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
                read => self.seen.extend(&piece[..read]),
            }
        }
    }
}

fn connect(address: SocketAddr) -> std::io::Result<TcpStream> {
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    Ok(stream)
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

/// As much as that many clients can ask, each its next as soon as its last is answered.
pub(crate) fn closed(address: SocketAddr, target: &str, clients: u32, over: Duration) -> Samples {
    let until = Instant::now() + over;
    gathered(clients, over, |_| {
        let mut client = Client::new(address, target);
        move || {
            let mut samples = Vec::new();
            while Instant::now() < until {
                let asked = Instant::now();
                let status = client.ask();
                samples.push(Sample { latency: asked.elapsed(), status });
            }
            samples
        }
    })
}

/// That many requests a second, each due at its time whether or not the one before it is answered:
/// a request that has to wait for its client waits all the same.
pub(crate) fn open(address: SocketAddr, target: &str, clients: u32, rate: f64, over: Duration) -> Samples {
    let started = Instant::now();
    let gap = Duration::from_secs_f64(f64::from(clients) / rate);
    gathered(clients, over, |at| {
        let mut client = Client::new(address, target);
        move || {
            let mut samples = Vec::new();
            let mut due = started + gap.mul_f64(f64::from(at) / f64::from(clients));
            while due < started + over {
                thread::sleep(due.saturating_duration_since(Instant::now()));
                let status = client.ask();
                samples.push(Sample { latency: due.elapsed(), status });
                due += gap;
            }
            samples
        }
    })
}

fn gathered<C: FnOnce() -> Vec<Sample> + Send + 'static>(
    clients: u32,
    over: Duration,
    client: impl Fn(u32) -> C,
) -> Samples {
    let started = Instant::now();
    let threads: Vec<_> = (0..clients).map(|at| thread::spawn(client(at))).collect();
    let samples = threads.into_iter().flat_map(|thread| thread.join().expect("a client does not panic")).collect();
    Samples::gather(samples, over.max(started.elapsed()))
}

/// Clients that ask without end and read as fast as they are answered, until dropped.
pub(crate) struct Flood {
    ended: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Flood {
    /// That many, each on a connection of its own for each request.
    pub(crate) fn start(address: SocketAddr, target: &str, clients: u32) -> Self {
        let ended = Arc::<AtomicBool>::default();
        let threads = (0..clients).map(|_| {
            let ended = ended.clone();
            let request = format!("GET {target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
            thread::spawn(move || {
                // Elsewhere they would not use the cores of the server, which is what is measured here.
                let _ = rustix::process::nice(NICENESS);
                while !ended.load(Relaxed) {
                    // What a hostile client meets is its own affair.
                    let _ = swallow(address, &request, &ended);
                }
            })
        });
        Self { threads: threads.collect(), ended }
    }
}

impl Drop for Flood {
    fn drop(&mut self) {
        self.ended.store(true, Relaxed);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

fn swallow(address: SocketAddr, request: &str, ended: &AtomicBool) -> std::io::Result<()> {
    let mut stream = connect(address)?;
    stream.write_all(request.as_bytes())?;
    stream.set_read_timeout(Some(LOOK))?;
    let mut piece = vec![0; PIECE_BYTES];
    while !ended.load(Relaxed) {
        match stream.read(&mut piece) {
            Ok(0) => break,
            Err(error) if error.kind() != std::io::ErrorKind::WouldBlock => return Err(error),
            Ok(_) | Err(_) => {}
        }
    }
    Ok(())
}
