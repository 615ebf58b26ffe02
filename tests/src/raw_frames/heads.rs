//! Heads of requests, in one HEADERS frame on stream 1 unless they are longer.

use super::{
    ENHANCE_YOUR_CALM,
    Fate::{self, Answered, Declined, Ended, Reset},
    Fields, PROTOCOL_ERROR, Row, block, get_with, row, whole,
};
use crate::frames::{CONTINUATION, END_HEADERS, END_STREAM, HEADERS, field, frame, get};

const MALFORMED: Fate = Reset(PROTOCOL_ERROR);

/// The library gives the whole connection up for what is no name or no value, as for a block that it cannot read.
const UNREADABLE: Fate = Ended(PROTOCOL_ERROR);

const METHOD: (&str, &str) = (":method", "GET");
const SCHEME: (&str, &str) = (":scheme", "http");
const PATH: (&str, &str) = (":path", "/");
const AUTHORITY: (&str, &str) = (":authority", "localhost");

fn of_fields(rows: &[(&'static str, Fate, Fields<'_>)]) -> Vec<Row> {
    rows.iter().map(|(name, fate, fields)| row(name, *fate, &[whole(&block(fields))])).collect()
}

/// Which of the fields that begin with a colon are there, and where (RFC 9113 section 8.3).
pub(super) fn pseudo_fields() -> Vec<Row> {
    of_fields(&[
        ("in order", Answered, &[METHOD, SCHEME, PATH, AUTHORITY]),
        ("in another order", Answered, &[AUTHORITY, PATH, SCHEME, METHOD]),
        ("a Host for the authority", Answered, &[METHOD, SCHEME, PATH, ("host", "localhost")]),
        ("a Host that is the authority", Answered, &[METHOD, SCHEME, PATH, AUTHORITY, ("host", "LOCALHOST")]),
        ("a Host that is not the authority", Declined(400), &[METHOD, SCHEME, PATH, AUTHORITY, ("host", "b")]),
        ("two Hosts", Declined(400), &[METHOD, SCHEME, PATH, ("host", "a"), ("host", "a")]),
        ("neither", Declined(400), &[METHOD, SCHEME, PATH]),
        ("no :method", MALFORMED, &[SCHEME, PATH, AUTHORITY]),
        ("no :scheme", MALFORMED, &[METHOD, PATH, AUTHORITY]),
        ("no :path", MALFORMED, &[METHOD, SCHEME, AUTHORITY]),
        ("two :method", MALFORMED, &[METHOD, METHOD, SCHEME, PATH, AUTHORITY]),
        ("two :scheme", MALFORMED, &[METHOD, SCHEME, SCHEME, PATH, AUTHORITY]),
        ("two :path", MALFORMED, &[METHOD, SCHEME, PATH, (":path", "/x"), AUTHORITY]),
        ("two :authority", MALFORMED, &[METHOD, SCHEME, PATH, AUTHORITY, AUTHORITY]),
        ("an unknown one", UNREADABLE, &[METHOD, SCHEME, PATH, AUTHORITY, (":odd", "x")]),
        ("that of an answer", MALFORMED, &[METHOD, SCHEME, PATH, AUTHORITY, (":status", "200")]),
        ("late :path", MALFORMED, &[METHOD, SCHEME, AUTHORITY, ("x", "y"), PATH]),
        ("late :authority", MALFORMED, &[METHOD, SCHEME, PATH, ("x", "y"), AUTHORITY]),
        ("empty :method", UNREADABLE, &[(":method", ""), SCHEME, PATH, AUTHORITY]),
        // What a client says of the scheme counts for nothing.
        ("empty :scheme", Answered, &[METHOD, (":scheme", ""), PATH, AUTHORITY]),
        ("empty :path", MALFORMED, &[METHOD, SCHEME, (":path", ""), AUTHORITY]),
        ("empty :authority", MALFORMED, &[METHOD, SCHEME, PATH, (":authority", "")]),
        ("nothing at all", MALFORMED, &[]),
        ("another scheme", Answered, &[METHOD, (":scheme", "https"), PATH, AUTHORITY]),
        ("a scheme that is none", MALFORMED, &[METHOD, (":scheme", "ht tp"), PATH, AUTHORITY]),
        (":protocol", MALFORMED, &[METHOD, SCHEME, PATH, AUTHORITY, (":protocol", "websocket")]),
        ("CONNECT", Declined(400), &[(":method", "CONNECT"), AUTHORITY]),
        ("CONNECT with a path", MALFORMED, &[(":method", "CONNECT"), SCHEME, PATH, AUTHORITY]),
        ("CONNECT with a scheme", MALFORMED, &[(":method", "CONNECT"), SCHEME, AUTHORITY]),
        ("CONNECT to nowhere", Declined(400), &[(":method", "CONNECT")]),
        (
            "CONNECT with :protocol",
            MALFORMED,
            &[(":method", "CONNECT"), SCHEME, PATH, AUTHORITY, (":protocol", "websocket")],
        ),
    ])
}

/// Methods, paths and authorities.
pub(super) fn targets() -> Vec<Row> {
    let methods = [
        ("DELETE", Answered),
        ("OPTIONS", Answered),
        ("get", Declined(405)),
        ("TRACE", Declined(405)),
        ("MMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMM", Declined(405)),
        ("MMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMM", Declined(400)),
        ("G T", UNREADABLE),
        ("G\0T", UNREADABLE),
        ("G\u{e4}T", UNREADABLE),
    ];
    let paths = [
        ("/a?b=%zz", Answered),
        ("/a/%2e%2e/b", Answered),
        ("/caf\u{e9}", Declined(400)),
        ("//a", Declined(308)),
        ("/a/", Declined(308)),
        ("/../x", Declined(400)),
        ("/%2e%2e/x", Declined(400)),
        ("/%zz", Declined(400)),
        ("/%00", Declined(400)),
        ("/%ff", Declined(400)),
        ("*", Declined(400)),
        ("a", MALFORMED),
        ("http://localhost/", MALFORMED),
        ("?a", Declined(400)),
        ("/a b", MALFORMED),
        ("/a\0", MALFORMED),
        ("/a\tb", MALFORMED),
        ("/a\r\nx: y", MALFORMED),
        ("/a\nb", MALFORMED),
        ("/a\x7f", MALFORMED),
        // No client sends one; the library leaves it out before anybody sees it.
        ("/a#b", Answered),
    ];
    let authorities = [
        ("a.example:8080", Answered),
        ("[::1]:80", Answered),
        ("u@localhost", Declined(400)),
        ("localhost:99999", Declined(400)),
        ("a_b%41", MALFORMED),
        ("localhost/x", MALFORMED),
        ("a b", MALFORMED),
        ("a\0", MALFORMED),
        ("[::1", MALFORMED),
        ("http://a", MALFORMED),
    ];
    let methods = methods.map(|(method, fate)| (method, fate, [(":method", method), SCHEME, PATH, AUTHORITY]));
    let paths = paths.map(|(path, fate)| (path, fate, [METHOD, SCHEME, (":path", path), AUTHORITY]));
    let authorities = authorities.map(|(name, fate)| (name, fate, [METHOD, SCHEME, PATH, (":authority", name)]));
    let star = ("OPTIONS *", Declined(400), [(":method", "OPTIONS"), SCHEME, (":path", "*"), AUTHORITY]);
    let rows = methods.into_iter().chain(paths).chain(authorities).chain([star]);
    rows.map(|(name, fate, fields)| row(name, fate, &[whole(&block(&fields))])).collect()
}

/// Fields beside them (RFC 9113 section 8.2).
pub(super) fn fields() -> Vec<Row> {
    let rows: [(&str, Fate, Fields<'_>); 41] = [
        ("a name of every allowed kind", Answered, &[("x!#$%&'*+-.^_`|~9", "y")]),
        ("an empty value", Answered, &[("x", "")]),
        ("bytes beyond ASCII in a value", Answered, &[("x", "\u{e4}\ty")]),
        ("cookies one by one", Answered, &[("cookie", "a=1"), ("cookie", "b=2"), ("cookie", "c=3")]),
        ("trailers are welcome", Answered, &[("te", "trailers")]),
        ("an expectation", Answered, &[("expect", "100-continue")]),
        ("settings of an upgrade", Answered, &[("http2-settings", "AA")]),
        ("an upper-case name", UNREADABLE, &[("X-Upper", "y")]),
        ("a space in a name", UNREADABLE, &[("x y", "z")]),
        ("a colon in a name", UNREADABLE, &[("x:y", "z")]),
        ("NUL in a name", UNREADABLE, &[("x\0", "z")]),
        ("a line end in a name", UNREADABLE, &[("x\r\ny", "z")]),
        ("bytes beyond ASCII in a name", UNREADABLE, &[("\u{e4}", "z")]),
        ("an empty name", UNREADABLE, &[("", "z")]),
        ("NUL in a value", UNREADABLE, &[("x", "a\0b")]),
        ("a carriage return in a value", UNREADABLE, &[("x", "a\rb")]),
        ("a line feed in a value", UNREADABLE, &[("x", "a\nb")]),
        ("a whole field in a value", UNREADABLE, &[("x", "a\r\ny: z")]),
        ("DEL in a value", UNREADABLE, &[("x", "a\x7fb")]),
        ("ESC in a value", UNREADABLE, &[("x", "\x1b[2J")]),
        ("a space before a value", Declined(400), &[("x", " y")]),
        ("a space behind a value", Declined(400), &[("x", "y ")]),
        ("a tab behind a value", Declined(400), &[("x", "y\t")]),
        ("connection: close", MALFORMED, &[("connection", "close")]),
        ("connection: te", MALFORMED, &[("connection", "te"), ("te", "trailers")]),
        ("keep-alive", MALFORMED, &[("keep-alive", "timeout=5")]),
        ("proxy-connection", MALFORMED, &[("proxy-connection", "close")]),
        ("transfer-encoding: chunked", MALFORMED, &[("transfer-encoding", "chunked")]),
        ("transfer-encoding: identity", MALFORMED, &[("transfer-encoding", "identity")]),
        ("upgrade", MALFORMED, &[("upgrade", "websocket")]),
        ("te: gzip", MALFORMED, &[("te", "gzip")]),
        ("te: trailers and more", MALFORMED, &[("te", "trailers, gzip")]),
        ("a length without a body", MALFORMED, &[("content-length", "5")]),
        ("no length without a body", Answered, &[("content-length", "0")]),
        ("two lengths", Declined(400), &[("content-length", "0"), ("content-length", "0")]),
        ("a list of lengths", MALFORMED, &[("content-length", "0, 0")]),
        ("a length with a sign", MALFORMED, &[("content-length", "+0")]),
        ("a length that is none", MALFORMED, &[("content-length", "x")]),
        ("an empty length", Declined(400), &[("content-length", "")]),
        ("a length beyond 64 bits", MALFORMED, &[("content-length", "18446744073709551616")]),
        ("fields that only the host may set", Answered, &[("routelet-params", "x"), ("x-forwarded-for", "::1")]),
    ];
    rows.iter().map(|(name, fate, fields)| row(name, *fate, &[whole(&get_with(fields))])).collect()
}

/// How many bytes of a block go into one frame; clients may send no larger ones by default.
const PIECE_BYTES: usize = 16 * 1024;

/// A request of any length on stream 1, in as many frames as it takes.
fn in_pieces(block: &[u8]) -> Vec<u8> {
    let pieces = block.chunks(PIECE_BYTES);
    let last = pieces.len() - 1;
    let frames = pieces.enumerate().map(|(at, piece)| {
        let (kind, flags) = if at == 0 { (HEADERS, END_STREAM) } else { (CONTINUATION, 0) };
        frame(kind, if at == last { flags | END_HEADERS } else { flags }, 1, piece)
    });
    frames.collect::<Vec<_>>().concat()
}

/// What a field has beside its name and its value (RFC 9113 section 6.5.2).
const FIELD_BYTES: usize = 32;

/// Rows at both sides of a limit's edge, and far beyond it.
pub(super) fn limits() -> Vec<Row> {
    let path = |bytes: usize| block(&[METHOD, SCHEME, (":path", &format!("/?{}", "u".repeat(bytes - 2))), AUTHORITY]);
    let segments = |count: usize| block(&[METHOD, SCHEME, (":path", &"/s".repeat(count)), AUTHORITY]);
    let pseudo = [METHOD, SCHEME, PATH, AUTHORITY];
    let taken: usize = pseudo.iter().map(|(name, value)| name.len() + value.len() + FIELD_BYTES).sum();
    let sized = |bytes: usize| [block(&pseudo), field(b"x", &vec![b'h'; bytes - taken - FIELD_BYTES - 1])].concat();
    let counted = |name: &str, count: usize| [get("/"), field(name.as_bytes(), b"y").repeat(count)].concat();
    [
        ("a path of 8 KiB", Answered, path(8 * 1024)),
        ("a path of a byte more", Declined(414), path(8 * 1024 + 1)),
        ("64 segments", Answered, segments(64)),
        ("65 segments", Declined(414), segments(65)),
        ("100 fields", Answered, counted("x", 100)),
        ("101 fields", Declined(431), counted("x", 101)),
        ("100 cookies", Answered, counted("cookie", 100)),
        ("101 cookies", Declined(431), counted("cookie", 101)),
        ("900 fields", Declined(431), counted("x", 900)),
        ("10 000 fields", Ended(ENHANCE_YOUR_CALM), counted("x", 10_000)),
        ("a head of a byte less than 32 KiB", Answered, sized(32 * 1024 - 1)),
        ("a head of 32 KiB", Declined(431), sized(32 * 1024)),
        ("a head of 64 KiB", Declined(431), sized(64 * 1024)),
        ("a head of 1 MiB", Ended(ENHANCE_YOUR_CALM), sized(1024 * 1024)),
    ]
    .into_iter()
    .map(|(name, fate, block)| row(name, fate, &[in_pieces(&block)]))
    .collect()
}

/// Blocks that are none (RFC 7541): what comes behind cannot be read either.
pub(super) fn blocks() -> Vec<Row> {
    [
        ("index zero", vec![0x80]),
        ("an index beyond the tables", vec![0xff, 0x80, 0x01]),
        ("a name beyond the tables", vec![0x7f, 0x80, 0x01, 1, b'x']),
        ("a number that does not end", vec![0xff, 0xff]),
        ("a number that overflows", vec![0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]),
        ("a text longer than the block", vec![0x00, 5, b'x']),
        ("a value that is missing", vec![0x00, 1, b'x']),
        ("the end mark of Huffman's code", vec![0x00, 1, b'x', 0x84, 0xff, 0xff, 0xff, 0xff]),
        ("padding of Huffman's code that is none", vec![0x00, 1, b'x', 0x81, 0x00]),
        ("a table beyond what was agreed on", vec![0x3f, 0xe2, 0x1f]),
        ("a table that changes behind a field", vec![0x00, 1, b'x', 1, b'y', 0x20]),
    ]
    .into_iter()
    .map(|(name, odd)| row(name, UNREADABLE, &[whole(&[get("/"), odd].concat())]))
    .chain([row("a smaller table", Answered, &[whole(&[vec![0x20], get("/")].concat())])])
    .collect()
}
