//! Requests that were once in order, or nearly: the table of raw requests, changed at random from a fixed seed.
//!
//! Whatever such bytes mean, the server stays, keeps its memory, executes no request twice, and says nothing more on
//! a connection where it has refused one.

use std::{
    collections::BTreeMap,
    iter::repeat_n,
    net::SocketAddr,
    time::{Duration, Instant},
};

use routelet_tests::{
    Guest, SiteDir,
    binary::Program,
    eventually,
    raw_requests::{self, Fate},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use crate::{
    rounds::{figure, rounds},
    serving::PROGRAM,
};

const SEED: u64 = 0x9e37_79b9_7f4a_7c15;
/// Many of them wait for an end that the server owes nobody.
const CLIENTS: u64 = 32;
/// How long a client waits for more before it says that it has sent all.
const QUIET: Duration = Duration::from_millis(50);
/// Longer rows would spend the time on copying.
const ROW_BYTES_MAX: usize = 2048;
/// Rows that are answered come so many times as often as those that are refused: most changes break a request.
const SOUND_ROWS_TIMES: usize = 8;
/// What allocators keep once they had it is taken up in the first rounds.
const WARM_UP: u64 = 1_600;
const GROWTH_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// Statuses after which a connection is over.
const LAST: [u16; 6] = [400, 408, 413, 414, 431, 501];

/// Bytes that readers of HTTP disagree about.
const ODD: [&str; 16] =
    ["\r\n", "\n", "\r", "\r\n\r\n", "\0", "\t", " ", ":", ";", ",", "%", "#", "0", "\x0b", "\u{e4}", "\u{7f}"];

/// Lines that change where a request ends, or for whom it is.
const LINES: [&str; 12] = [
    "content-length: 5\r\n",
    "content-length: 0\r\n",
    "transfer-encoding: chunked\r\n",
    "host: b\r\n",
    "connection: close\r\n",
    "connection: keep-alive, x\r\n",
    "expect: 100-continue\r\n",
    "x: y\r\n",
    "5\r\nhello\r\n",
    "0\r\n\r\n",
    "GET /x HTTP/1.1\r\nhost: a\r\n\r\n",
    "POST /x HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\n",
];

/// A sequence of numbers that look random and are always the same (xorshift64).
pub(crate) struct Chance(u64);

impl Chance {
    /// The sequence that begins with this number, which is not 0.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number below `most`.
    pub(crate) fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).unwrap_or(usize::MAX) % most.max(1)
    }

    fn slice(&mut self, bytes: usize) -> std::ops::Range<usize> {
        let start = self.below(bytes);
        start..(start + 1 + self.below(16)).min(bytes)
    }
}

/// Removes, doubles, inserts, replaces or adds a line, flips a bit, or takes over a piece of another row.
fn mutate(bytes: &mut Vec<u8>, rows: &[String], chance: &mut Chance) {
    let range = chance.slice(bytes.len());
    match chance.below(9) {
        0 => drop(bytes.drain(range)),
        1 => {
            let again = bytes[range.clone()].to_vec();
            bytes.splice(range.end..range.end, again);
        }
        2 => drop(bytes.splice(range.start..range.start, ODD[chance.below(ODD.len())].bytes())),
        3 => drop(bytes.splice(range, ODD[chance.below(ODD.len())].bytes())),
        4..=6 => {
            let end = bytes[range.start..].iter().position(|byte| *byte == b'\n');
            let line = end.map_or(bytes.len(), |end| range.start + end + 1);
            bytes.splice(line..line, LINES[chance.below(LINES.len())].bytes());
        }
        7 => bytes.iter_mut().skip(range.start).take(1).for_each(|byte| *byte ^= 1 << chance.below(8)),
        _ => {
            let other = rows[chance.below(rows.len())].as_bytes();
            let piece = chance.slice(other.len());
            bytes.splice(range.start..range.start, other[piece].iter().copied());
        }
    }
}

/// What mutants came to.
#[derive(Debug, Default)]
struct Told {
    mutants: u64,
    statuses: BTreeMap<u16, u64>,
    /// Requests behind a mutant that were executed.
    behind: u64,
}

impl Told {
    fn add(&mut self, other: &Self) {
        self.mutants += other.mutants;
        self.behind += other.behind;
        for (status, count) in &other.statuses {
            *self.statuses.entry(*status).or_default() += count;
        }
    }
}

/// All that comes back for these bytes until the server closes.
async fn exchange(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.expect("the server listens");
    // A server that has refused them already may have closed.
    let _ = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    while let Ok(read) = timeout(QUIET, stream.read_buf(&mut answer)).await {
        if !matches!(read, Ok(1..)) {
            return String::from_utf8_lossy(&answer).into_owned();
        }
    }
    let _ = stream.shutdown().await;
    let _ = eventually("the close", stream.read_to_end(&mut answer)).await;
    String::from_utf8_lossy(&answer).into_owned()
}

/// What a client's share of the rounds came to.
async fn client(address: SocketAddr, rows: Vec<String>, client: u64, rounds: u64) -> Told {
    let mut chance = Chance(SEED ^ (client + 1).wrapping_mul(0x2545_f491_4f6c_dd1d));
    let mut told = Told::default();
    for round in 0..rounds {
        let mut bytes = rows[chance.below(rows.len())].clone().into_bytes();
        for _ in 0..=chance.below(2) {
            mutate(&mut bytes, &rows, &mut chance);
        }
        let second = format!("/second/{client}/{round}");
        bytes.extend(format!("GET {second} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").bytes());
        let answer = exchange(address, &bytes).await;
        match check(&answer, &second) {
            Ok(seen) => told.add(&seen),
            Err(wrong) => panic!("{wrong}: {answer:?} to {:?}", String::from_utf8_lossy(&bytes)),
        }
    }
    told
}

/// What the answers to one mutant say; an error where they say more than may be.
fn check(answer: &str, second: &str) -> Result<Told, &'static str> {
    let behind = answer.matches(&format!("\"target\":\"{second}\"")).count() as u64;
    if behind > 1 {
        return Err("executed twice");
    }
    let lines = answer.split("HTTP/1.").skip(1);
    let statuses: Vec<u16> = lines.filter_map(|line| line.get(2..5)?.parse().ok()).collect();
    if statuses.iter().rev().skip(1).any(|status| LAST.contains(status)) {
        return Err("answered behind a refusal");
    }
    let mut told = Told { mutants: 1, behind, ..Told::default() };
    statuses.into_iter().for_each(|status| *told.statuses.entry(status).or_default() += 1);
    Ok(told)
}

async fn storm(address: SocketAddr, rows: &[String], rounds: u64) -> Told {
    let clients = (0..CLIENTS).map(|at| tokio::spawn(client(address, rows.to_vec(), at, rounds / CLIENTS)));
    let clients: Vec<_> = clients.collect();
    let mut told = Told::default();
    for client in clients {
        told.add(&client.await.expect("no client found more than may be"));
    }
    told
}

fn rows_by_weight() -> Vec<String> {
    let rows = raw_requests::all().into_iter().filter(|(bytes, _)| bytes.len() <= ROW_BYTES_MAX);
    let times = |fate| if matches!(fate, Fate::Refused(_)) { 1 } else { SOUND_ROWS_TIMES };
    rows.flat_map(|(bytes, fate)| repeat_n(bytes, times(fate))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn mutated_requests_do_no_harm() {
    let site = SiteDir::new().route("[[...path]]", Guest::EchoesRequest);
    let server = Program::at(PROGRAM).serve(site.path()).await;
    let rows = rows_by_weight();
    storm(server.address, &rows, WARM_UP).await;
    let before = server.resident_bytes();
    let started = Instant::now();
    let Told { mutants, statuses, behind } = storm(server.address, &rows, rounds(20_000, 1_000_000)).await;
    let seconds = started.elapsed().as_secs();
    let grown = server.resident_bytes().saturating_sub(before);
    let crashes = server.panics().len();
    figure(
        "mutations",
        format_args!(
            "{mutants} mutants in {seconds} s, answered with {statuses:?}; {crashes} crashes; of the \
             requests behind them {behind} executed, 0 twice, 0 behind a refusal; {} KiB more memory",
            grown / 1024,
        ),
    );
    assert_eq!(crashes, 0, "{:?}", server.panics());
    assert!(grown <= GROWTH_BYTES_MAX, "{grown} bytes more");
    assert!(statuses.contains_key(&200) && statuses.contains_key(&400) && behind > 0, "{statuses:?}");
}

#[test]
fn what_must_not_be_is_seen() {
    let executed = "HTTP/1.1 200 OK\r\n\r\n{\"target\":\"/second/1/2\"}";
    let refused = "HTTP/1.1 400 Bad Request\r\n\r\n";
    let wrong = |answer: &str| check(answer, "/second/1/2").err();
    assert_eq!(wrong(&format!("{executed}{executed}")), Some("executed twice"));
    assert_eq!(wrong(&format!("{refused}{executed}")), Some("answered behind a refusal"));
    assert_eq!(wrong(&format!("{executed}{refused}")), None);
}
