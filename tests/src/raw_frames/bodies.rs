//! Bodies of requests on stream 1: their length, what pads them, and what follows.

use super::{
    FRAME_SIZE_ERROR,
    Fate::{self, Answered, Broken, Ended, Reset},
    PROTOCOL_ERROR, Row, block, get_with, open, row, whole,
};
use crate::frames::{DATA, END_HEADERS, END_STREAM, HEADERS, PADDED, PRIORITISED, field, frame, get, post};

const MALFORMED: Fate = Broken(PROTOCOL_ERROR);

fn data(bytes: &[u8]) -> Vec<u8> {
    frame(DATA, 0, 1, bytes)
}

fn last(bytes: &[u8]) -> Vec<u8> {
    frame(DATA, END_STREAM, 1, bytes)
}

fn declared(length: &str) -> Vec<u8> {
    open(&[post("/"), block(&[("content-length", length)])].concat())
}

/// What a request says of its length, and what comes (RFC 9113 section 8.1.1).
pub(super) fn lengths() -> Vec<Row> {
    let bare = open(&post("/"));
    [
        ("a body as long as it says", Answered, vec![declared("5"), data(b"he"), last(b"llo")]),
        ("a body that does not say", Answered, vec![bare.clone(), data(b"hello"), last(b"")]),
        ("no body behind an open head", Answered, vec![bare.clone(), last(b"")]),
        ("no body where none is said", Answered, vec![declared("0"), last(b"")]),
        ("a shorter body", MALFORMED, vec![declared("5"), last(b"abc")]),
        ("no body where some is said", MALFORMED, vec![declared("5"), last(b"")]),
        ("a longer body", MALFORMED, vec![declared("3"), last(b"hello")]),
        ("a longer body in pieces", MALFORMED, vec![declared("3"), data(b"abc"), last(b"d")]),
        ("a body where none is said", MALFORMED, vec![declared("0"), last(b"x")]),
        ("a shorter body with trailers", MALFORMED, vec![declared("5"), data(b"abc"), tail(&field(b"x", b"y"))]),
        ("two lengths of a body", Reset(PROTOCOL_ERROR), vec![open(&two_lengths()), last(b"hello")]),
        ("a body behind its end", Ended(PROTOCOL_ERROR), vec![bare.clone(), last(b"x"), data(b"y")]),
        ("a body behind a head that ended", Ended(PROTOCOL_ERROR), vec![whole(&get("/")), data(b"y")]),
        ("a frame too large", Ended(FRAME_SIZE_ERROR), vec![bare, data(&[b'x'; 16 * 1024 + 1])]),
    ]
    .into_iter()
    .map(|(name, fate, frames)| row(name, fate, &frames))
    .collect()
}

fn two_lengths() -> Vec<u8> {
    [post("/"), block(&[("content-length", "5"), ("content-length", "6")])].concat()
}

/// Trailers of stream 1.
fn tail(block: &[u8]) -> Vec<u8> {
    frame(HEADERS, END_HEADERS | END_STREAM, 1, block)
}

/// What may come behind a body (RFC 9113 section 8.1).
pub(super) fn trailers() -> Vec<Row> {
    let begun = || [open(&post("/")), data(b"abc")].concat();
    [
        ("trailers", Answered, vec![begun(), tail(&field(b"x-sum", b"1"))]),
        ("trailers without a body", Answered, vec![open(&post("/")), tail(&field(b"x-sum", b"1"))]),
        ("trailers that say what only a head may", Answered, vec![begun(), tail(&field(b"content-length", b"9"))]),
        // The library leaves it out before anybody sees it.
        ("trailers with a pseudo-field", Answered, vec![begun(), tail(&field(b":path", b"/x"))]),
        ("trailers with an upper-case name", Ended(PROTOCOL_ERROR), vec![begun(), tail(&field(b"X-Sum", b"1"))]),
        ("trailers with connection", MALFORMED, vec![begun(), tail(&field(b"connection", b"x"))]),
        ("trailers without an end", MALFORMED, vec![begun(), open(&field(b"x-sum", b"1"))]),
        ("trailers behind an end", Ended(PROTOCOL_ERROR), vec![begun(), last(b""), tail(&field(b"x-sum", b"1"))]),
    ]
    .into_iter()
    .map(|(name, fate, frames)| row(name, fate, &frames))
    .collect()
}

/// Bytes that pad a frame (RFC 9113 sections 6.1 and 6.2).
pub(super) fn padding() -> Vec<Row> {
    let body = |payload: &[u8]| vec![open(&post("/")), frame(DATA, PADDED | END_STREAM, 1, payload)];
    let head = |flags: u8, payload: &[u8]| vec![frame(HEADERS, flags | END_HEADERS | END_STREAM, 1, payload)];
    let padded = |padding: u8| [&[padding][..], &get_with(&[]), &vec![0; usize::from(padding)]].concat();
    let depends = |on: u8| [&[0, 0, 0, on, 16][..], &get("/")].concat();
    [
        ("a padded body", Answered, body(b"\x03abc\0\0\0")),
        ("a body of padding", Answered, body(b"\x03\0\0\0")),
        ("a body padded by nothing", Answered, body(b"\0abc")),
        ("padding longer than a body", Ended(PROTOCOL_ERROR), body(b"\x09abc")),
        ("padding as long as the frame", Ended(PROTOCOL_ERROR), body(b"\x04abc")),
        ("padding of a frame without room", Ended(PROTOCOL_ERROR), body(b"")),
        ("a padded head", Answered, head(PADDED, &padded(200))),
        ("padding longer than a head", Ended(PROTOCOL_ERROR), head(PADDED, &[9, 0x82])),
        ("a head that depends on another", Answered, head(PRIORITISED, &depends(3))),
        ("a head that depends on itself", Reset(PROTOCOL_ERROR), head(PRIORITISED, &depends(1))),
        ("a head without room for what it depends on", Ended(PROTOCOL_ERROR), head(PRIORITISED, &[0, 0])),
    ]
    .into_iter()
    .map(|(name, fate, frames)| row(name, fate, &frames))
    .collect()
}
