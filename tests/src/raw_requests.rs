//! Requests byte by byte, and what becomes of each on a connection: the table that the tests of the wire send as it
//! stands, and that the mutation proof starts from.
//!
//! A row is followed by [`SECOND`] on its connection. A site with [`Guest::EchoesRequest`](crate::Guest) everywhere
//! answers both, unless the row is refused: then there is one answer, nothing behind it is executed, and the
//! connection is closed.

/// What follows each row. Were it executed behind a row that is refused, its answer would show.
pub const SECOND: &str = "GET /second HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";

/// What becomes of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Guests answer it and the one behind it.
    Answered,
    /// The host answers it with this status without a guest, and a guest the one behind it.
    Declined(u16),
    /// A guest answers it, and the connection ends there.
    Last,
    /// The host answers it with this status without a guest, and closes.
    Refused(u16),
}

use Fate::{Answered, Declined, Last, Refused};

/// A request: its bytes and its fate.
pub type Row = (&'static str, Fate);

/// Every row, with those whose length makes them.
pub fn all() -> Vec<(String, Fate)> {
    let tables = [AUTHORITIES, LENGTHS, CODINGS, FIELDS, LINES, TARGETS, METHODS, CHUNKS, CONNECTIONS];
    let rows = tables.into_iter().flatten().map(|(bytes, fate)| ((*bytes).to_owned(), *fate));
    rows.chain(long()).collect()
}

const AUTHORITIES: &[Row] = &[
    ("GET / HTTP/1.1\r\nhost: a\r\n\r\n", Answered),
    ("GET / HTTP/1.1\r\nHOST:a.example:8080\r\n\r\n", Answered),
    ("GET / HTTP/1.1\r\nhost: \t a \t \r\n\r\n", Answered),
    ("GET / HTTP/1.1\r\nhost: [::1]:80\r\n\r\n", Answered),
    ("GET / HTTP/1.1\r\nhost: a:\r\n\r\n", Answered),
    ("GET / HTTP/1.1\r\n\r\n", Refused(400)),
    ("GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n", Refused(400)),
    ("GET / HTTP/1.1\r\nhost: a\r\nHost: a\r\n\r\n", Refused(400)),
    ("GET / HTTP/1.1\r\nhost: a b\r\n\r\n", Refused(400)),
    ("GET / HTTP/1.1\r\nhost: a, b\r\n\r\n", Refused(400)),
    ("GET / HTTP/1.1\r\nhost: a/b\r\n\r\n", Refused(400)),
    ("GET / HTTP/1.1\r\nhost: user@a\r\n\r\n", Refused(400)),
    ("GET / HTTP/1.1\r\nhost: a:port\r\n\r\n", Refused(400)),
    ("GET / HTTP/1.1\r\nhost: a:99999\r\n\r\n", Refused(400)),
    ("GET / HTTP/1.1\r\nhost: a:80:80\r\n\r\n", Refused(400)),
    ("GET / HTTP/1.1\r\nhost: \r\n\r\n", Refused(400)),
    ("GET / HTTP/1.1\r\nhost: [::1\r\n\r\n", Refused(400)),
    ("GET / HTTP/1.1\r\nhost: ::1\r\n\r\n", Refused(400)),
    ("GET / HTTP/1.1\r\nhost: a%00\r\n\r\n", Refused(400)),
    ("GET / HTTP/1.1\r\nhost: http://a\r\n\r\n", Refused(400)),
    ("GET http://one.example/ HTTP/1.1\r\nhost: one.example\r\n\r\n", Answered),
    ("GET HTTP://one.example HTTP/1.1\r\nhost: one.example\r\n\r\n", Answered),
    ("GET http://one.example/ HTTP/1.1\r\n\r\n", Refused(400)),
    ("GET http://one.example/ HTTP/1.1\r\nhost:\r\nhost: two.example\r\n\r\n", Refused(400)),
    ("GET http:// HTTP/1.1\r\nhost: a\r\n\r\n", Refused(400)),
    ("GET http://u@one.example/ HTTP/1.1\r\nhost: a\r\n\r\n", Refused(400)),
    ("GET http://one.example:x/ HTTP/1.1\r\nhost: a\r\n\r\n", Refused(400)),
    ("GET ftp://one.example/ HTTP/1.1\r\nhost: a\r\n\r\n", Refused(400)),
    ("GET one.example:80 HTTP/1.1\r\nhost: a\r\n\r\n", Refused(400)),
];

const LENGTHS: &[Row] = &[
    ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nhello", Answered),
    ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n", Answered),
    ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 005\r\n\r\nhello", Answered),
    ("POST / HTTP/1.1\r\nhost: a\r\n\r\n", Answered),
    ("GET / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nhello", Answered),
    ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nxx", Refused(400)),
    ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\nContent-Length: 1\r\n\r\nx", Refused(400)),
    ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5, 5\r\n\r\nhello", Refused(400)),
    ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5,\r\n\r\nhello", Refused(400)),
    ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: +5\r\n\r\nhello", Refused(400)),
    ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 0x5\r\n\r\nhello", Refused(400)),
    ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5.0\r\n\r\nhello", Refused(400)),
    ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5 5\r\n\r\nhello", Refused(400)),
    ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: \"5\"\r\n\r\nhello", Refused(400)),
    ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1_0\r\n\r\nhello", Refused(400)),
    ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: -1\r\n\r\nx", Refused(400)),
    ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 18446744073709551616\r\n\r\nx", Refused(400)),
    ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 18446744073709551615\r\n\r\nx", Refused(400)),
    ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 9223372036854775807\r\n\r\nx", Refused(413)),
    ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: \r\n\r\nx", Refused(400)),
    ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length:\r\n\r\nx", Refused(400)),
    ("GET / HTTP/1.1\r\nhost: a\r\ncontent-length: abc\r\n\r\n", Refused(400)),
];

const CODINGS: &[Row] = &[
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n", Answered),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: \tChunked \r\n\r\n5\r\nhello\r\n0\r\n\r\n", Answered),
    ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n", Refused(400)),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\ncontent-length: 4\r\n\r\n0\r\n\r\n", Refused(400)),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: gzip\r\ncontent-length: 4\r\n\r\n0\r\n\r\n", Refused(400)),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked, chunked\r\n\r\n0\r\n\r\n", Refused(400)),
    (
        "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        Refused(400),
    ),
    (
        "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: identity\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        Refused(501),
    ),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: identity\r\n\r\n0\r\n\r\n", Refused(501)),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: xchunked\r\n\r\n0\r\n\r\n", Refused(501)),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunkedx\r\n\r\n0\r\n\r\n", Refused(501)),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: \"chunked\"\r\n\r\n0\r\n\r\n", Refused(501)),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked;q=1\r\n\r\n0\r\n\r\n", Refused(501)),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked,\r\n\r\n0\r\n\r\n", Refused(501)),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding:\r\n\r\n0\r\n\r\n", Refused(501)),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n", Refused(501)),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked, gzip\r\n\r\n0\r\n\r\n", Refused(501)),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: \x0bchunked\r\n\r\n0\r\n\r\n", Refused(400)),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\x0c\r\n\r\n0\r\n\r\n", Refused(400)),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chu\0nked\r\n\r\n0\r\n\r\n", Refused(400)),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding : chunked\r\n\r\n0\r\n\r\n", Refused(400)),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding\t: chunked\r\n\r\n0\r\n\r\n", Refused(400)),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding:\r\n chunked\r\n\r\n0\r\n\r\n", Refused(400)),
    ("POST / HTTP/1.1\r\nhost: a\r\n transfer-encoding: chunked\r\n\r\n0\r\n\r\n", Refused(400)),
    ("POST / HTTP/1.1\r\nhost: a\r\nx: y\n transfer-encoding: chunked\r\n\r\n0\r\n\r\n", Refused(400)),
    ("POST / HTTP/1.0\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n", Refused(400)),
];

const FIELDS: &[Row] = &[
    ("GET / HTTP/1.1\r\nhost: a\r\nx!#$%&'*+-.^_`|~9: y\r\n\r\n", Answered),
    ("GET / HTTP/1.1\r\nhost: a\r\nx:\r\n\r\n", Answered),
    ("GET / HTTP/1.1\r\nhost: a\r\nx: \u{e4}\ty\r\n\r\n", Answered),
    ("GET / HTTP/1.1\r\nhost: a\r\nx-folded: one\r\n two\r\n\r\n", Refused(400)),
    ("GET / HTTP/1.1\r\nhost: a\r\nx-folded: one\r\n\ttwo\r\n\r\n", Refused(400)),
    ("GET / HTTP/1.1\r\n host: a\r\n\r\n", Refused(400)),
    ("GET / HTTP/1.1\r\n\r\n host: a\r\n\r\n", Refused(400)),
    ("GET / HTTP/1.1\r\nhost: a\r\nx-cr: one\rtwo\r\n\r\n", Refused(400)),
    ("GET / HTTP/1.1\r\nhost: a\r\nx-cr: one\r\rtwo: 1\r\n\r\n", Refused(400)),
    ("GET / HTTP/1.1\r\nhost: a\r\nx-nul: one\0two\r\n\r\n", Refused(400)),
    ("GET / HTTP/1.1\r\nhost: a\r\nx-del: one\x7ftwo\r\n\r\n", Refused(400)),
    ("GET / HTTP/1.1\r\nhost: a\r\nx-esc: \x1b[2J\r\n\r\n", Refused(400)),
    ("GET / HTTP/1.1\r\nhost: a\r\nx\0: y\r\n\r\n", Refused(400)),
    ("GET / HTTP/1.1\r\nhost: a\r\nx(y): z\r\n\r\n", Refused(400)),
    ("GET / HTTP/1.1\r\nhost: a\r\nx y: z\r\n\r\n", Refused(400)),
    ("GET / HTTP/1.1\r\nhost: a\r\n\u{e4}: z\r\n\r\n", Refused(400)),
    ("GET / HTTP/1.1\r\nhost: a\r\n\"x\": z\r\n\r\n", Refused(400)),
    ("GET / HTTP/1.1\r\nhost: a\r\nno colon\r\n\r\n", Refused(400)),
    ("GET / HTTP/1.1\r\nhost: a\r\n: no name\r\n\r\n", Refused(400)),
    ("GET / HTTP/1.1\r\nhost : a\r\n\r\n", Refused(400)),
];

const LINES: &[Row] = &[
    ("\r\nGET / HTTP/1.1\r\nhost: a\r\n\r\n", Answered),
    ("\r\n\r\nGET / HTTP/1.1\r\nhost: a\r\n\r\n", Answered),
    ("\nGET / HTTP/1.1\r\nhost: a\r\n\r\n", Refused(400)),
    (" GET / HTTP/1.1\r\nhost: a\r\n\r\n", Refused(400)),
    ("\0GET / HTTP/1.1\r\nhost: a\r\n\r\n", Refused(400)),
    ("GET / HTTP/1.1\nhost: a\n\n", Refused(400)),
    ("GET / HTTP/1.1\nhost: a\r\n\r\n", Refused(400)),
    ("GET / HTTP/1.1\r\nhost: a\n\r\n", Refused(400)),
    ("GET / HTTP/1.1\r\nhost: a\r\n\n", Refused(400)),
    ("GET / HTTP/1.1\rhost: a\r\r\n\r\n", Refused(400)),
    ("GET / HTTP/1.1\r\r\nhost: a\r\n\r\n", Refused(400)),
    ("GET  / HTTP/1.1\r\nhost: a\r\n\r\n", Refused(400)),
    ("GET\t/ HTTP/1.1\r\nhost: a\r\n\r\n", Refused(400)),
    ("GET /  HTTP/1.1\r\nhost: a\r\n\r\n", Refused(400)),
    ("GET / HTTP/1.1 \r\nhost: a\r\n\r\n", Refused(400)),
    ("GET /a b HTTP/1.1\r\nhost: a\r\n\r\n", Refused(400)),
    ("GET /\r\n\r\n", Refused(400)),
    ("GET\r\n\r\n", Refused(400)),
    ("/ HTTP/1.1\r\nhost: a\r\n\r\n", Refused(400)),
    ("GET / HTTP/3.7\r\nhost: a\r\n\r\n", Refused(400)),
    ("GET / HTTP/2.0\r\nhost: a\r\n\r\n", Refused(400)),
    ("GET / HTTP/1.2\r\nhost: a\r\n\r\n", Refused(400)),
    ("GET / HTTP/1.10\r\nhost: a\r\n\r\n", Refused(400)),
    ("GET / HTTP/01.1\r\nhost: a\r\n\r\n", Refused(400)),
    ("GET / http/1.1\r\nhost: a\r\n\r\n", Refused(400)),
    ("GET / HTTX/1.1\r\nhost: a\r\n\r\n", Refused(400)),
    ("GET / HTTP/0.9\r\nhost: a\r\n\r\n", Refused(400)),
    ("PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n", Refused(400)),
    ("\x16\x03\x01\x02\0\x01\0\x01\u{fc}\x03\x03\r\n\r\n", Refused(400)),
];

const TARGETS: &[Row] = &[
    ("GET /a?b=%zz&c='[]{}|' HTTP/1.1\r\nhost: a\r\n\r\n", Answered),
    ("GET /a?b=<> HTTP/1.1\r\nhost: a\r\n\r\n", Refused(400)),
    ("GET /caf%c3%a9 HTTP/1.1\r\nhost: a\r\n\r\n", Answered),
    ("GET /a/%2e%2e/b HTTP/1.1\r\nhost: a\r\n\r\n", Answered),
    ("GET /a%2Fb;c=d HTTP/1.1\r\nhost: a\r\n\r\n", Answered),
    ("GET /a//b HTTP/1.1\r\nhost: a\r\n\r\n", Declined(308)),
    ("GET /a/ HTTP/1.1\r\nhost: a\r\n\r\n", Declined(308)),
    ("GET * HTTP/1.1\r\nhost: a\r\n\r\n", Refused(400)),
    ("OPTIONS * HTTP/1.1\r\nhost: a\r\n\r\n", Refused(400)),
    ("GET path HTTP/1.1\r\nhost: a\r\n\r\n", Refused(400)),
    ("GET ?a HTTP/1.1\r\nhost: a\r\n\r\n", Refused(400)),
    ("GET /#fragment HTTP/1.1\r\nhost: a\r\n\r\n", Refused(400)),
    ("GET /a?b#c HTTP/1.1\r\nhost: a\r\n\r\n", Refused(400)),
    ("GET /\0 HTTP/1.1\r\nhost: a\r\n\r\n", Refused(400)),
    ("GET /\x7f HTTP/1.1\r\nhost: a\r\n\r\n", Refused(400)),
    ("GET /a\tb HTTP/1.1\r\nhost: a\r\n\r\n", Refused(400)),
    ("GET /../x HTTP/1.1\r\nhost: a\r\n\r\n", Refused(400)),
    ("GET /%2e%2e/%2e%2e/x HTTP/1.1\r\nhost: a\r\n\r\n", Refused(400)),
    ("GET /a/.%2E/%2e./x HTTP/1.1\r\nhost: a\r\n\r\n", Refused(400)),
    ("GET /%zz HTTP/1.1\r\nhost: a\r\n\r\n", Refused(400)),
    ("GET /% HTTP/1.1\r\nhost: a\r\n\r\n", Refused(400)),
    ("GET /%4 HTTP/1.1\r\nhost: a\r\n\r\n", Refused(400)),
    ("GET /%00 HTTP/1.1\r\nhost: a\r\n\r\n", Refused(400)),
    ("GET /%c0%ae HTTP/1.1\r\nhost: a\r\n\r\n", Refused(400)),
    ("GET /%ff HTTP/1.1\r\nhost: a\r\n\r\n", Refused(400)),
];

const METHODS: &[Row] = &[
    ("DELETE / HTTP/1.1\r\nhost: a\r\n\r\n", Answered),
    ("get / HTTP/1.1\r\nhost: a\r\n\r\n", Declined(405)),
    ("FOO / HTTP/1.1\r\nhost: a\r\n\r\n", Declined(405)),
    ("TRACE / HTTP/1.1\r\nhost: a\r\n\r\n", Declined(405)),
    ("M!#$%&'*+-.^_`|~ / HTTP/1.1\r\nhost: a\r\n\r\n", Declined(405)),
    ("MMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMM / HTTP/1.1\r\nhost: a\r\n\r\n", Declined(405)),
    ("MMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMM / HTTP/1.1\r\nhost: a\r\n\r\n", Refused(400)),
    ("CONNECT a:80 HTTP/1.1\r\nhost: a:80\r\n\r\n", Refused(400)),
    ("CONNECT / HTTP/1.1\r\nhost: a\r\n\r\n", Refused(400)),
    ("G(T / HTTP/1.1\r\nhost: a\r\n\r\n", Refused(400)),
    ("G\u{e4}T / HTTP/1.1\r\nhost: a\r\n\r\n", Refused(400)),
    ("GET\0 / HTTP/1.1\r\nhost: a\r\n\r\n", Refused(400)),
];

const CHUNKS: &[Row] = &[
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", Answered),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nA;x=\"y\"\r\n0123456789\r\n00\r\n\r\n", Answered),
    (
        "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nx-sum: 1\r\nhost: b\r\n\r\n",
        Answered,
    ),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n", Refused(400)),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n+5\r\nhello\r\n0\r\n\r\n", Refused(400)),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n-1\r\nhello\r\n0\r\n\r\n", Refused(400)),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n 5\r\nhello\r\n0\r\n\r\n", Refused(400)),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n5 \r\nhello\r\n0\r\n\r\n", Refused(400)),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n", Refused(400)),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n5\rhello\r\n0\r\n\r\n", Refused(400)),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n5;a\nb\r\nhello\r\n0\r\n\r\n", Refused(400)),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n5;a\rb\r\nhello\r\n0\r\n\r\n", Refused(400)),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n5;\0\r\nhello\r\n0\r\n\r\n", Refused(400)),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhelloX0\r\n\r\n", Refused(400)),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello0\r\n\r\n", Refused(400)),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\n0\r\n\r\n", Refused(400)),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhello\r\n0\r\n\r\n", Refused(400)),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n6\r\nhello\r\n0\r\n\r\n", Refused(400)),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n\r\nhello\r\n0\r\n\r\n", Refused(400)),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n;\r\nhello\r\n0\r\n\r\n", Refused(400)),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n5,5\r\nhello\r\n0\r\n\r\n", Refused(400)),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nffffffffffffffff\r\nhello", Refused(400)),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nfffffffffffffffff\r\nhello", Refused(400)),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n10000000000000005\r\nhello", Refused(400)),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n0\r\nno colon\r\n\r\n", Refused(400)),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n0\r\n x: y\r\n\r\n", Refused(400)),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n0\r\nx : y\r\n\r\n", Refused(400)),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n0\r\nx: \0\r\n\r\n", Refused(400)),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\n", Refused(400)),
];

const CONNECTIONS: &[Row] = &[
    ("GET / HTTP/1.1\r\nhost: a\r\nconnection: keep-alive\r\n\r\n", Answered),
    ("GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n", Last),
    ("GET / HTTP/1.0\r\n\r\n", Last),
    ("GET / HTTP/1.0\r\nhost: a\r\n\r\n", Last),
    ("GET / HTTP/1.0\r\nhost: a\r\nhost: b\r\n\r\n", Refused(400)),
    ("GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: h2c\r\nhttp2-settings: AA\r\n\r\n", Answered),
    ("GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n", Answered),
    ("GET / HTTP/1.1\r\nhost: a\r\nexpect: the-unexpected\r\n\r\n", Answered),
    ("POST / HTTP/1.1\r\nhost: a\r\nconnection: content-length\r\ncontent-length: 5\r\n\r\nhello", Answered),
];

/// What stands in the bodies of [`unread`]. Were a body read as requests, its answer would show.
pub const HIDDEN: &str = "GET /hidden HTTP/1.1\r\nhost: localhost\r\n\r\n";

/// A request with a body that the host answers by itself: its head, its body, and the status.
pub type Unread = (String, String, u16);

/// Requests whose body nobody has to read, with a length and in chunks, for a site that has `up` (GET and POST, ten
/// bytes of body), `file.txt` and the authority `localhost`, and is asked for [`SECOND`] behind each.
pub fn unread() -> Vec<Unread> {
    let lines = [
        ("POST /nowhere", "localhost", 404),
        ("GET /nowhere", "localhost", 404),
        ("PUT /up", "localhost", 405),
        ("FOO /up", "localhost", 405),
        ("POST /file.txt", "localhost", 405),
        ("OPTIONS /up", "localhost", 204),
        ("POST /up/", "localhost", 308),
        ("POST //up", "localhost", 308),
        ("POST /../up", "localhost", 400),
        ("POST /up", "other.example", 421),
        ("POST /up", "localhost", 413),
    ];
    let length = HIDDEN.len();
    let framings = [
        (format!("content-length: {length}"), HIDDEN.to_owned()),
        ("transfer-encoding: chunked".to_owned(), format!("{length:x}\r\n{HIDDEN}\r\n0\r\n\r\n")),
    ];
    let rows = lines.iter().flat_map(|(line, host, status)| {
        framings.iter().map(move |(framing, body)| {
            (format!("{line} HTTP/1.1\r\nhost: {host}\r\n{framing}\r\n\r\n"), body.clone(), *status)
        })
    });
    rows.collect()
}

/// Rows at both sides of a limit's edge, and far beyond it.
fn long() -> Vec<(String, Fate)> {
    let target = |bytes: usize| format!("GET /?{} HTTP/1.1\r\nhost: a\r\n\r\n", "u".repeat(bytes - 2));
    let field = |bytes: usize| format!("GET / HTTP/1.1\r\nhost: a\r\nx: {}\r\n\r\n", "h".repeat(bytes));
    let fields = |count: usize| format!("GET / HTTP/1.1\r\nhost: a\r\n{}\r\n", "x: y\r\n".repeat(count - 1));
    let method = |bytes: usize| format!("{} / HTTP/1.1\r\nhost: a\r\n\r\n", "M".repeat(bytes));
    let segments = |count: usize| format!("GET {} HTTP/1.1\r\nhost: a\r\n\r\n", "/s".repeat(count));
    let chunked = "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n";
    let extension = |bytes: usize| format!("{chunked}5;{}\r\nhello\r\n0\r\n\r\n", "e".repeat(bytes));
    let trailers = |count: usize| format!("{chunked}0\r\n{}\r\n", "x: y\r\n".repeat(count));
    vec![
        (target(8 * 1024), Answered),
        (target(8 * 1024 + 1), Refused(414)),
        (target(60 * 1024), Refused(414)),
        (segments(64), Answered),
        (segments(65), Refused(414)),
        (field(30_000), Answered),
        (field(64 * 1024), Refused(431)),
        (field(420 * 1024), Refused(431)),
        (fields(100), Answered),
        (fields(101), Refused(431)),
        (fields(10_000), Refused(431)),
        (method(10_000), Refused(400)),
        (extension(1_000), Answered),
        (extension(20_000), Refused(400)),
        (trailers(100), Answered),
        (trailers(101), Refused(431)),
        (trailers(10_000), Refused(431)),
    ]
}
