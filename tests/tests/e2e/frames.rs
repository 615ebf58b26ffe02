//! What becomes of HTTP/2 on the wire, frame by frame: the odd ones meet the fate their table says, and the connection
//! goes on where the standard wants it to.

use std::{collections::BTreeMap, time::Duration};

use routelet_tests::{
    Guest, SiteDir, TestSite,
    frames::{Framed, GOAWAY, PREFACE, RST_STREAM},
    raw_frames::{self, Fate, Row, SECOND, greeting, second},
    tls::{self, Certificate, Client, certificate, show},
};
use tokio::io::{AsyncRead, AsyncWrite};

/// How long a row may take before it counts as hanging.
const PATIENCE: Duration = Duration::from_mins(1);

/// What a connection answered.
#[derive(Debug, Default)]
struct Seen {
    /// The status or the code of each stream.
    streams: BTreeMap<u32, Outcome>,
    /// The code of a GOAWAY.
    ended: Option<u32>,
    /// Whether the server closed.
    closed: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Status(u16),
    Whole(u16),
    Reset(u32),
}

impl Seen {
    /// Reads until these streams have ended, or the connection.
    async fn of<S: AsyncRead + AsyncWrite + Unpin>(client: &mut Framed<S>, streams: &[u32]) -> Self {
        let mut seen = Self::default();
        while !streams.iter().all(|stream| seen.has_ended(*stream)) {
            let Some(frame) = client.next().await else {
                seen.closed = true;
                break;
            };
            let status = seen.streams.get(&frame.stream).copied().or(frame.status().map(Outcome::Status));
            match (frame.kind, frame.code(), status) {
                (GOAWAY, code, _) => seen.ended = code,
                (RST_STREAM, Some(code), _) => _ = seen.streams.insert(frame.stream, Outcome::Reset(code)),
                (_, _, Some(Outcome::Status(status))) => {
                    let outcome = if frame.ends_stream() { Outcome::Whole(status) } else { Outcome::Status(status) };
                    seen.streams.insert(frame.stream, outcome);
                }
                _ => {}
            }
        }
        seen
    }

    fn has_ended(&self, stream: u32) -> bool {
        matches!(self.streams.get(&stream), Some(Outcome::Whole(_) | Outcome::Reset(_)))
    }

    /// The guests that such a fate starts, where that is certain; none where it is another fate.
    fn guests_of(&self, fate: Fate) -> Option<std::ops::RangeInclusive<u64>> {
        let (first, second) = (self.streams.get(&1), self.streams.get(&SECOND));
        let goes_on = second == Some(&Outcome::Whole(200)) && !self.closed;
        let met = match fate {
            Fate::Answered => goes_on && first == Some(&Outcome::Whole(200)),
            Fate::Declined(status) => goes_on && first == Some(&Outcome::Whole(status)),
            Fate::Reset(code) | Fate::Broken(code) => goes_on && first == Some(&Outcome::Reset(code)),
            Fate::Ignored => goes_on && !matches!(first, Some(Outcome::Reset(_))),
            Fate::Ended(code) => second.is_none() && self.closed && self.ended == Some(code),
        };
        met.then_some(match fate {
            Fate::Answered => 2..=3,
            Fate::Declined(_) | Fate::Reset(_) => 1..=1,
            Fate::Broken(_) | Fate::Ignored => 1..=2,
            Fate::Ended(_) => 0..=1,
        })
    }
}

/// Sends one row, and says how it differs from its fate.
async fn differs<S: AsyncRead + AsyncWrite + Unpin>(row: &Row, site: &TestSite, stream: S) -> Option<String> {
    let started = site.guests_started();
    let mut client = Framed::over(stream, &[greeting(), row.frames.clone(), second()].concat()).await;
    let expected: &[u32] = match row.fate {
        Fate::Ended(_) => &[u32::MAX],
        Fate::Ignored => &[SECOND],
        _ => &[1, SECOND],
    };
    let Ok(seen) = tokio::time::timeout(PATIENCE, Seen::of(&mut client, expected)).await else {
        return Some(format!("{:?}: {:?}, but it goes on for ever", row.name, row.fate));
    };
    let started = site.guests_started() - started;
    let met = seen.guests_of(row.fate).is_some_and(|guests| guests.contains(&started));
    (!met).then(|| format!("{:?}: {:?}, but {seen:?} with {started} guests", row.name, row.fate))
}

fn assert_all_met(differences: &[String]) {
    assert!(differences.is_empty(), "{} rows:\n{}", differences.len(), differences.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_frame_of_the_table_meets_its_fate() {
    let site = SiteDir::new().route("[[...path]]", Guest::EchoesRequest).load().await;
    let server = site.serve().await;
    let mut differences = Vec::new();
    for row in raw_frames::all() {
        let stream = tokio::net::TcpStream::connect(server.address).await.expect("the server listens");
        differences.extend(differs(&row, &site, stream).await);
        site.idle().await;
    }
    assert_all_met(&differences);
    server.stop().await;
}

/// A site that speaks TLS, and a client that wants HTTP/2 of it.
async fn secure(certificate: &Certificate) -> (TestSite, Client) {
    let dir = SiteDir::new().route("[[...path]]", Guest::EchoesRequest).file("routelet.toml", tls::SETTINGS);
    show(&dir, certificate);
    (dir.load().await, Client { protocols: vec!["h2"], ..Client::trusting(certificate) })
}

#[tokio::test(flavor = "multi_thread")]
async fn every_frame_of_the_table_meets_its_fate_over_tls() {
    let (site, client) = secure(&certificate()).await;
    let server = site.serve().await;
    let mut differences = Vec::new();
    for row in raw_frames::all() {
        let stream = client.connect(server.address).await.expect("a handshake");
        differences.extend(differs(&row, &site, stream).await);
        site.idle().await;
    }
    assert_all_met(&differences);
    server.stop().await;
}

/// RFC 9113 section 3.4; that SETTINGS come behind it the library does not insist on. Without TLS, what is no preface
/// is HTTP/1.
#[tokio::test(flavor = "multi_thread")]
async fn a_connection_begins_with_the_preface_or_is_none() {
    let (site, client) = secure(&certificate()).await;
    let server = site.serve().await;
    let request = second();
    for opening in [
        &b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r"[..],
        b"PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n",
        b"pri * http/2.0\r\n\r\nsm\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n",
        b"\0\0\0\x04\0\0\0\0\0",
        &[PREFACE, PREFACE].concat(),
        &[PREFACE, b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n"].concat(),
    ] {
        let stream = client.connect(server.address).await.expect("a handshake");
        let mut client = Framed::over(stream, &[opening, &request].concat()).await;
        let seen = tokio::time::timeout(PATIENCE, Seen::of(&mut client, &[SECOND])).await;
        let seen = seen.expect("it does not go on for ever");
        assert!(seen.closed && seen.streams.is_empty(), "{:?}: {seen:?}", String::from_utf8_lossy(opening));
    }
    assert_eq!(site.guests_started(), 0);
    server.stop().await;
}
