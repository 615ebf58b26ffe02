//! Connections of HTTP/2 that were once in order: their frames, changed at random from a fixed seed.
//!
//! Whatever such frames mean, the server stays, keeps its memory, answers no stream twice or unasked, and says nothing
//! more on a stream that has ended.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    time::{Duration, Instant},
};

use routelet_tests::{
    Guest, PATIENCE, SiteDir,
    binary::Program,
    client::Raw,
    frames::{
        DATA, END_HEADERS, END_STREAM, Frame, Framed, GOAWAY, HEADERS, INITIAL_WINDOW_SIZE, PADDED, PREFACE,
        continuation, frame, get, ping, post, priority, reset, settings, window_update,
    },
};
use tokio::time::timeout;

use crate::{
    mutations::Chance,
    rounds::{figure, rounds},
    serving::PROGRAM,
};

const SEED: u64 = 0x2545_f491_4f6c_dd1d;
const CLIENTS: u64 = 32;
/// How long a client waits for an answer that mutants may have made impossible.
const QUIET: Duration = Duration::from_millis(500);
const WARM_UP: u64 = 640;
const GROWTH_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// How often a client looks whether others are still served.
const CONTROL_EVERY: u64 = 200;

const RST_STREAM: u8 = 3;
const PING: u8 = 6;

/// The frames of one connection behind its preface.
type Sequence = Vec<Vec<u8>>;

/// A field without indexing, for texts below 127 bytes (RFC 7541 section 6.2.2).
fn field(name: &str, value: &str) -> Vec<u8> {
    let text = |text: &str| [&[text.len() as u8][..], text.as_bytes()].concat();
    [vec![0], text(name), text(value)].concat()
}

/// Connections that are in order, and some that are nearly.
fn sequences() -> Vec<Sequence> {
    let whole = |stream, block: &[u8]| frame(HEADERS, END_HEADERS | END_STREAM, stream, block);
    let begun = |stream, block: &[u8]| frame(HEADERS, END_HEADERS, stream, block);
    let with = |block: Vec<u8>, fields: &[(&str, &str)]| -> Vec<u8> {
        [block, fields.iter().flat_map(|(name, value)| field(name, value)).collect()].concat()
    };
    vec![
        vec![whole(1, &get("/a")), whole(3, &get("/b")), whole(5, &get("/c"))],
        vec![begun(1, &post("/b")), frame(DATA, 0, 1, b"hel"), frame(DATA, END_STREAM, 1, b"lo")],
        vec![whole(1, &get("/b")), whole(3, &get("/c")), whole(5, &get("/b")), whole(7, &get("/c"))],
        vec![begun(1, &with(post("/a"), &[("content-length", "5")])), frame(DATA, END_STREAM, 1, b"hello")],
        vec![begun(1, &post("/a")), frame(DATA, 0, 1, b"hello"), whole(1, &field("x-trailer", "y"))],
        vec![
            frame(HEADERS, END_STREAM, 1, &get("/a")),
            frame(9, END_HEADERS, 1, &field("x", "y")),
            whole(3, &get("/b")),
        ],
        vec![begun(1, &post("/a")), frame(DATA, PADDED | END_STREAM, 1, b"\x03hello\0\0\0")],
        vec![settings(&[(INITIAL_WINDOW_SIZE, 1)]), whole(1, &get("/b")), window_update(1, 1_000), window_update(0, 9)],
        vec![begun(1, &post("/a")), reset(1), whole(3, &get("/b"))],
        vec![priority(1), whole(1, &get("/c")), ping(), frame(0xbb, 0, 0, b"what?"), whole(3, &get("/b"))],
        vec![whole(1, &with(get("/a"), &[("te", "trailers"), ("cookie", "a=b"), ("cookie", "c=d")]))],
        vec![
            begun(1, &post("/a")),
            begun(3, &post("/b")),
            frame(DATA, END_STREAM, 3, b"b"),
            frame(DATA, END_STREAM, 1, b"a"),
        ],
    ]
}

/// Frames that stand where none was expected.
fn odd(chance: &mut Chance) -> Vec<u8> {
    let stream = [0, 1, 2, 3, 7, 0x7fff_ffff][chance.below(6)];
    let frames = [
        frame(HEADERS, END_HEADERS | END_STREAM, stream, &get("/odd")),
        frame(HEADERS, 0, stream, &post("/odd")),
        frame(DATA, END_STREAM, stream, b"odd"),
        frame(DATA, 0, stream, &[]),
        continuation(stream, &field("odd", "odd")),
        frame(9, END_HEADERS, stream, &[]),
        window_update(stream, 0),
        window_update(stream, 0x7fff_ffff),
        settings(&[(INITIAL_WINDOW_SIZE, 0x7fff_ffff), (5, 1), (3, 0), (0x99, 7)]),
        frame(4, 1, 0, &[]),
        reset(stream),
        priority(stream),
        frame(5, END_HEADERS, stream, &[0, 0, 0, 2, 0x82]),
        frame(7, 0, 0, &[0; 8]),
        frame(PING, 1, 0, b"routelet"),
        frame(HEADERS, END_HEADERS | END_STREAM, stream, &[0x82, 0x86, 0x84, 0x41, 0xff, 0xff, 0xff, 0xff]),
    ];
    frames[chance.below(frames.len())].clone()
}

/// Removes, doubles, swaps or adds a frame, changes its head or its payload, or takes one of another connection.
fn mutate(sequence: &mut Sequence, others: &[Sequence], chance: &mut Chance) {
    if sequence.is_empty() {
        return sequence.push(odd(chance));
    }
    let at = chance.below(sequence.len());
    let bytes = &mut sequence[at];
    match chance.below(11) {
        0 => drop(sequence.remove(at)),
        1 => {
            let again = sequence[at].clone();
            sequence.insert(at, again);
        }
        2 => {
            let to = chance.below(sequence.len());
            sequence.swap(at, to);
        }
        3 | 4 => sequence.insert(at, odd(chance)),
        5 => {
            let other = &others[chance.below(others.len())];
            sequence.insert(at, other[chance.below(other.len())].clone());
        }
        6 => bytes[3] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0xbb][chance.below(11)],
        7 => bytes[4] ^= 1 << chance.below(8),
        8 => bytes[5 + chance.below(4)] ^= 1 << chance.below(8),
        9 => {
            let bit = chance.below(8);
            let place = 9 + chance.below(bytes.len());
            bytes.iter_mut().skip(place).take(1).for_each(|byte| *byte ^= 1 << bit);
        }
        _ => resize(bytes, chance),
    }
}

/// Cuts or lengthens a payload; the frame's length mostly says so, and sometimes does not.
fn resize(bytes: &mut Vec<u8>, chance: &mut Chance) {
    let length = chance.below(bytes.len() - 9 + 8);
    bytes.resize(9 + length, 0);
    let told = if chance.below(8) == 0 { length + 1 } else { length };
    bytes[1..3].copy_from_slice(&u16::try_from(told).unwrap_or(u16::MAX).to_be_bytes());
}

/// What came back on one connection, until all that was asked is answered, nothing comes, or it ends.
async fn exchange(address: SocketAddr, sequence: &Sequence, quiet: Duration) -> Vec<Frame> {
    let bytes = [PREFACE.to_vec(), settings(&[]), sequence.concat(), ping()].concat();
    let mut client = Framed::opened_with(address, &bytes).await;
    let (mut owed, mut frames) = (owed(sequence), Vec::new());
    let mut is_through = false;
    while !(is_through && owed.is_empty()) {
        let Ok(Some(frame)) = timeout(quiet, client.next()).await else { break };
        is_through |= frame.kind == PING;
        if ends_stream(&frame) {
            owed.remove(&frame.stream);
        }
        frames.push(frame);
    }
    frames
}

/// The streams of requests that were sent to their end.
fn owed(sequence: &Sequence) -> BTreeSet<u32> {
    let of = |kind: u8, flag: u8| -> BTreeSet<u32> {
        let frames = sequence.iter().filter(|frame| frame[3] == kind && frame[4] & flag == flag);
        frames.filter_map(|frame| stream_of(frame)).filter(|stream| stream % 2 == 1).collect()
    };
    let ended = &of(HEADERS, END_STREAM) | &of(DATA, END_STREAM);
    &(&of(HEADERS, 0) & &ended) - &of(RST_STREAM, 0)
}

fn ends_stream(frame: &Frame) -> bool {
    frame.kind == RST_STREAM || (matches!(frame.kind, HEADERS | DATA) && frame.flags & END_STREAM != 0)
}

/// What the answers to mutants came to.
#[derive(Debug, Default)]
struct Told {
    mutants: u64,
    answered: u64,
    resets: u64,
    /// Connections ended, by the code they were ended with.
    ended: BTreeMap<u32, u64>,
}

impl Told {
    fn add(&mut self, other: &Self) {
        self.mutants += other.mutants;
        self.answered += other.answered;
        self.resets += other.resets;
        for (code, count) in &other.ended {
            *self.ended.entry(*code).or_default() += count;
        }
    }
}

/// What the frames of one connection say; an error where they say what must not be.
fn check(frames: &[Frame], sent: &Sequence) -> Result<Told, String> {
    let asked: BTreeSet<u32> = sent.iter().filter_map(|frame| stream_of(frame)).collect();
    let (mut ended, mut told) = (BTreeSet::new(), Told { mutants: 1, ..Told::default() });
    for frame in frames {
        let Frame { kind, stream, payload, .. } = frame;
        match *kind {
            GOAWAY => *told.ended.entry(u32::from_be_bytes(payload[4..8].try_into().expect("four"))).or_default() += 1,
            RST_STREAM => told.resets += 1,
            HEADERS | DATA if !asked.contains(stream) => return Err(format!("stream {stream} is answered unasked")),
            HEADERS | DATA if ended.contains(stream) => return Err(format!("stream {stream} goes on after its end")),
            HEADERS | DATA => {}
            _ => continue,
        }
        if ends_stream(frame) {
            told.answered += u64::from(*kind != RST_STREAM);
            ended.insert(*stream);
        }
    }
    Ok(told)
}

/// The stream that a frame claims to be of, whatever its type.
fn stream_of(frame: &[u8]) -> Option<u32> {
    Some(u32::from_be_bytes(frame.get(5..9)?.try_into().ok()?) & 0x7fff_ffff)
}

async fn client(address: SocketAddr, client: u64, rounds: u64) -> Told {
    let sequences = sequences();
    let mut chance = Chance::new(SEED ^ (client + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let mut told = Told::default();
    for round in 0..rounds {
        let mut sequence = sequences[chance.below(sequences.len())].clone();
        for _ in 0..=chance.below(2) {
            mutate(&mut sequence, &sequences, &mut chance);
        }
        let frames = exchange(address, &sequence, QUIET).await;
        match check(&frames, &sequence) {
            Ok(seen) => told.add(&seen),
            Err(wrong) => panic!("{wrong}: {frames:?} to {sequence:?}"),
        }
        if round % CONTROL_EVERY == 0 {
            let answer = Raw::exchange(address, "/control").await;
            assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        }
    }
    told
}

async fn storm(address: SocketAddr, rounds: u64) -> Told {
    let clients: Vec<_> = (0..CLIENTS).map(|at| tokio::spawn(client(address, at, rounds / CLIENTS))).collect();
    let mut told = Told::default();
    for client in clients {
        told.add(&client.await.expect("no client found what must not be"));
    }
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn mutated_frames_do_no_harm() {
    // Files answer at once, however busy the machine is.
    let page = |path: &str| (format!("app/{path}/page.html"), "a page\n");
    let site =
        ["b", "c", "control"].map(page).into_iter().fold(SiteDir::new(), |site, (file, text)| site.file(&file, text));
    let site = site.route("[[...path]]", Guest::EchoesRequest);
    let server = Program::at(PROGRAM).serve(site.path()).await;
    for sequence in sequences() {
        let frames = exchange(server.address, &sequence, PATIENCE).await;
        let Told { answered, resets, ended, .. } = check(&frames, &sequence).expect("it was not changed");
        assert_eq!((answered, resets, ended), (owed(&sequence).len() as u64, 0, BTreeMap::new()), "{sequence:?}");
    }
    storm(server.address, WARM_UP).await;
    let (before, started) = (server.resident_bytes(), Instant::now());
    let Told { mutants, answered, resets, ended } = storm(server.address, rounds(2_000, 200_000)).await;
    let seconds = started.elapsed().as_secs();
    let grown = server.resident_bytes().saturating_sub(before);
    let crashes = server.panics().len();
    figure(
        "frame_mutations",
        format_args!(
            "{mutants} connections in {seconds} s; {answered} streams answered, {resets} reset, connections ended \
             with {ended:?}; {crashes} crashes, 0 answered twice or unasked; {} KiB more memory",
            grown / 1024,
        ),
    );
    assert_eq!(crashes, 0, "{:?}", server.panics());
    assert!(grown <= GROWTH_BYTES_MAX, "{grown} bytes more");
    assert!(answered > 0 && resets > 0 && !ended.is_empty(), "{answered} {resets} {ended:?}");
}

#[test]
fn what_must_not_come_back_is_seen() {
    let sent = vec![frame(HEADERS, END_HEADERS | END_STREAM, 1, &get("/"))];
    let answer = |kind, flags, stream| Frame { kind, flags, stream, payload: vec![0; 8] };
    let (head, end) = (answer(HEADERS, END_HEADERS, 1), answer(DATA, END_STREAM, 1));
    assert_eq!(check(&[head.clone(), end.clone()], &sent).expect("in order").answered, 1);
    for (frames, wrong) in [
        (vec![head.clone(), end.clone(), head.clone()], "stream 1 goes on after its end"),
        (vec![answer(RST_STREAM, 0, 1), end.clone()], "stream 1 goes on after its end"),
        (vec![answer(HEADERS, END_HEADERS, 3)], "stream 3 is answered unasked"),
    ] {
        assert_eq!(check(&frames, &sent).expect_err(wrong), wrong);
    }
}
