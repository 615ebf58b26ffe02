//! Frames of streams and connections, in an order or of a kind that a client may not send.

use super::{
    FLOW_CONTROL_ERROR, FRAME_SIZE_ERROR,
    Fate::{Answered, Broken, Ended, Ignored},
    PROTOCOL_ERROR, Row, open, row, whole,
};
use crate::frames::{
    ACK, CONTINUATION, DATA, END_HEADERS, END_STREAM, GOAWAY, HEADERS, INITIAL_WINDOW_SIZE, PING, PRIORITY,
    PUSH_PROMISE, RST_STREAM, SETTINGS, WINDOW_UPDATE, continuation, frame, get, ping, post, priority, reset, settings,
    window_update,
};

fn on(stream: u32) -> Vec<u8> {
    frame(HEADERS, END_HEADERS | END_STREAM, stream, &get("/"))
}

/// The states and numbers of streams (RFC 9113 section 5.1).
pub(super) fn streams() -> Vec<Row> {
    let reserved = frame(HEADERS, END_HEADERS | END_STREAM, 0x8000_0001, &get("/"));
    vec![
        row("a reserved bit that is set", Answered, &[reserved]),
        row("a head on stream 0", Ended(PROTOCOL_ERROR), &[on(0)]),
        row("a head on an even stream", Ended(PROTOCOL_ERROR), &[on(2)]),
        row("a stream that goes back", Ended(PROTOCOL_ERROR), &[on(5), on(3)]),
        row("DATA on stream 0", Ended(PROTOCOL_ERROR), &[frame(DATA, 0, 0, b"x")]),
        row("DATA on an idle stream", Ended(PROTOCOL_ERROR), &[frame(DATA, END_STREAM, 1, b"x")]),
        row("RST_STREAM on stream 0", Ended(PROTOCOL_ERROR), &[reset(0)]),
        row("RST_STREAM on an idle stream", Ended(PROTOCOL_ERROR), &[reset(1)]),
        row("RST_STREAM too short", Ended(PROTOCOL_ERROR), &[open(&post("/")), frame(RST_STREAM, 0, 1, &[0; 3])]),
        row("RST_STREAM too long", Ended(PROTOCOL_ERROR), &[open(&post("/")), frame(RST_STREAM, 0, 1, &[0; 5])]),
        row("RST_STREAM of an unknown code", Ignored, &[on(1), frame(RST_STREAM, 0, 1, &[0xff; 4])]),
        row("RST_STREAM of a request", Ignored, &[on(1), reset(1)]),
        row("RST_STREAM twice", Ignored, &[on(1), reset(1), reset(1)]),
        row("PUSH_PROMISE", Ended(PROTOCOL_ERROR), &[on(1), frame(PUSH_PROMISE, END_HEADERS, 1, &[0, 0, 0, 2, 0x82])]),
    ]
}

/// Heads in several frames (RFC 9113 section 6.10).
pub(super) fn continuations() -> Vec<Row> {
    let block = get("/");
    let (begin, rest) = block.split_at(3);
    let begun = || frame(HEADERS, END_STREAM, 1, begin);
    let end = || frame(CONTINUATION, END_HEADERS, 1, rest);
    vec![
        row("a head in two frames", Answered, &[begun(), end()]),
        row("a head with an empty frame in it", Answered, &[begun(), continuation(1, &[]), end()]),
        row(
            "a head that begins with nothing",
            Answered,
            &[frame(HEADERS, END_STREAM, 1, &[]), frame(CONTINUATION, END_HEADERS, 1, &block)],
        ),
        row("CONTINUATION of nothing", Ended(PROTOCOL_ERROR), &[end()]),
        row("CONTINUATION on stream 0", Ended(PROTOCOL_ERROR), &[begun(), frame(CONTINUATION, END_HEADERS, 0, rest)]),
        row(
            "CONTINUATION of another stream",
            Ended(PROTOCOL_ERROR),
            &[begun(), frame(CONTINUATION, END_HEADERS, 3, rest)],
        ),
        row("CONTINUATION of a whole head", Ended(PROTOCOL_ERROR), &[on(1), end()]),
        row("PING within a head", Ended(PROTOCOL_ERROR), &[begun(), ping(), end()]),
        row("DATA within a head", Ended(PROTOCOL_ERROR), &[begun(), frame(DATA, 0, 1, b"x"), end()]),
        row("a head within a head", Ended(PROTOCOL_ERROR), &[begun(), on(3), end()]),
        row("an unknown frame within a head", Ended(PROTOCOL_ERROR), &[begun(), frame(0xbb, 0, 1, b"x"), end()]),
    ]
}

/// Leave to send more (RFC 9113 section 6.9).
pub(super) fn windows() -> Vec<Row> {
    const ALL: u32 = 0x7fff_ffff;
    let held = || open(&post("/"));
    vec![
        row("more for the connection", Ignored, &[window_update(0, 1)]),
        row("more for a stream", Answered, &[on(1), window_update(1, 1)]),
        row("nothing more for the connection", Ended(PROTOCOL_ERROR), &[window_update(0, 0)]),
        row("nothing more for a stream", Ended(PROTOCOL_ERROR), &[held(), window_update(1, 0)]),
        row("too much for the connection", Ended(FLOW_CONTROL_ERROR), &[window_update(0, ALL)]),
        row("too much for a stream", Broken(FLOW_CONTROL_ERROR), &[held(), window_update(1, ALL)]),
        row(
            "too much by the settings",
            Ended(FLOW_CONTROL_ERROR),
            &[held(), window_update(1, ALL - 65_535), settings(&[(INITIAL_WINDOW_SIZE, 65_536)])],
        ),
        row("more for an idle stream", Ended(PROTOCOL_ERROR), &[window_update(1, 1)]),
        row("WINDOW_UPDATE too short", Ended(PROTOCOL_ERROR), &[frame(WINDOW_UPDATE, 0, 0, &[0, 0, 1])]),
        row("WINDOW_UPDATE too long", Ended(PROTOCOL_ERROR), &[frame(WINDOW_UPDATE, 0, 0, &[0, 0, 0, 0, 1])]),
    ]
}

/// What both ends agree on, and whether they are there (RFC 9113 sections 6.5 and 6.7).
pub(super) fn settings_and_pings() -> Vec<Row> {
    let ended = |name, frames: Vec<u8>| row(name, Ended(PROTOCOL_ERROR), &[frames]);
    vec![
        row("settings once more", Ignored, &[settings(&[(1, 0), (3, 0), (5, 16_777_215), (6, 1)])]),
        row("unknown settings", Ignored, &[settings(&[(0, 1), (99, 99), (0xffff, 0xffff_ffff)])]),
        row("largest windows by the settings", Ignored, &[settings(&[(INITIAL_WINDOW_SIZE, 0x7fff_ffff)])]),
        ended("settings of a stream", frame(SETTINGS, 0, 1, &[])),
        ended("push neither on nor off", settings(&[(2, 2)])),
        row("windows beyond 31 bits", Ended(PROTOCOL_ERROR), &[settings(&[(INITIAL_WINDOW_SIZE, 0x8000_0000)])]),
        ended("frames smaller than they may be", settings(&[(5, 16_383)])),
        ended("frames larger than they may be", settings(&[(5, 16_777_216)])),
        ended("extended CONNECT neither on nor off", settings(&[(8, 2)])),
        ended("settings that are cut", frame(SETTINGS, 0, 0, &[0, 3, 0, 0, 0])),
        ended("an acknowledgement with settings", frame(SETTINGS, ACK, 0, &[0, 3, 0, 0, 0, 1])),
        row("PING", Ignored, &[ping()]),
        row("the answer to a PING that was not sent", Ignored, &[frame(PING, ACK, 0, &[7; 8])]),
        ended("PING on a stream", frame(PING, 0, 1, &[0; 8])),
        ended("PING too short", frame(PING, 0, 0, &[0; 7])),
        ended("PING too long", frame(PING, 0, 0, &[0; 9])),
    ]
}

/// Frames that say nothing to a server, or nothing any more.
pub(super) fn others() -> Vec<Row> {
    let unknown = |kind: u8, stream: u32| frame(kind, 0xff, stream, b"what?");
    vec![
        row("an unknown frame", Ignored, &[unknown(0xbb, 0)]),
        row("an unknown frame of a stream", Ignored, &[unknown(0xbb, 77)]),
        row("ALTSVC", Ignored, &[unknown(0x0a, 0)]),
        row("ORIGIN", Ignored, &[unknown(0x0c, 0)]),
        row("PRIORITY_UPDATE", Ignored, &[frame(0x10, 0, 0, &[0, 0, 0, 1, b'u', b'=', b'1'])]),
        row("flags that mean nothing", Answered, &[frame(HEADERS, 0xd2 | END_HEADERS | END_STREAM, 1, &get("/"))]),
        row("an unknown frame too large", Ended(FRAME_SIZE_ERROR), &[frame(0xbb, 0, 0, &[0; 16 * 1024 + 1])]),
        row("PRIORITY of an idle stream", Ignored, &[priority(1)]),
        row("PRIORITY on stream 0", Ended(PROTOCOL_ERROR), &[priority(0)]),
        row(
            "PRIORITY on itself",
            Broken(PROTOCOL_ERROR),
            &[open(&post("/")), frame(PRIORITY, 0, 1, &[0, 0, 0, 1, 16])],
        ),
        row("PRIORITY too short", Ended(PROTOCOL_ERROR), &[open(&post("/")), frame(PRIORITY, 0, 1, &[0; 4])]),
        row("GOAWAY on a stream", Ended(PROTOCOL_ERROR), &[frame(GOAWAY, 0, 1, &[0; 8])]),
        row("GOAWAY too short", Ended(PROTOCOL_ERROR), &[frame(GOAWAY, 0, 0, &[0; 7])]),
        row("a head in order behind a whole one", Answered, &[whole(&get("/")), on(3)]),
    ]
}
