//! HTTP/2 connections frame by frame, and what becomes of each (RFC 9113): the table that the tests of the wire send as
//! it stands.
//!
//! A row comes after a client's greeting and before [`second`], a request on a stream of its own. A site with
//! [`Guest::EchoesRequest`](crate::Guest) everywhere answers both, unless the row says otherwise.

mod bodies;
mod connections;
mod heads;

use crate::frames::{END_HEADERS, END_STREAM, HEADERS, PREFACE, field, frame, get, settings};

/// What becomes of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// A guest answers stream 1.
    Answered,
    /// The host answers stream 1 with this status, without a guest.
    Declined(u16),
    /// Stream 1 is reset with this code, without a guest.
    Reset(u32),
    /// Stream 1 is reset with this code once its body is known; a guest may have begun by then.
    Broken(u32),
    /// Nothing: there is no request in it, and none behind it is disturbed.
    Ignored,
    /// The connection ends with this code, and nothing behind is answered.
    Ended(u32),
}

/// Codes of RFC 9113 section 7. The library says the first of them in most places that have a narrower one.
const PROTOCOL_ERROR: u32 = 1;
const FLOW_CONTROL_ERROR: u32 = 3;
const FRAME_SIZE_ERROR: u32 = 6;
const ENHANCE_YOUR_CALM: u32 = 11;

/// The stream of the request behind each row.
pub const SECOND: u32 = 101;

/// Frames, what is odd about them, and their fate.
#[derive(Debug)]
pub struct Row {
    /// What it shows.
    pub name: &'static str,
    /// Its frames, the greeting left out.
    pub frames: Vec<u8>,
    /// What becomes of it.
    pub fate: Fate,
}

/// Every row.
pub fn all() -> Vec<Row> {
    [heads::pseudo_fields(), heads::targets(), heads::fields(), heads::limits(), heads::blocks()]
        .into_iter()
        .chain([bodies::lengths(), bodies::trailers(), bodies::padding()])
        .chain([connections::streams(), connections::continuations(), connections::windows()])
        .chain([connections::settings_and_pings(), connections::others()])
        .flatten()
        .collect()
}

/// What every client begins with.
pub fn greeting() -> Vec<u8> {
    [PREFACE, &settings(&[])].concat()
}

/// What follows each row.
pub fn second() -> Vec<u8> {
    frame(HEADERS, END_HEADERS | END_STREAM, SECOND, &get("/second"))
}

fn row(name: &'static str, fate: Fate, frames: &[Vec<u8>]) -> Row {
    Row { name, frames: frames.concat(), fate }
}

/// A request on stream 1 without a body, made of these fields.
fn whole(block: &[u8]) -> Vec<u8> {
    frame(HEADERS, END_HEADERS | END_STREAM, 1, block)
}

/// A request on stream 1 whose body follows, made of these fields.
fn open(block: &[u8]) -> Vec<u8> {
    frame(HEADERS, END_HEADERS, 1, block)
}

type Fields<'f> = &'f [(&'f str, &'f str)];

fn block(fields: Fields<'_>) -> Vec<u8> {
    fields.iter().flat_map(|(name, value)| field(name.as_bytes(), value.as_bytes())).collect()
}

/// A request in order, and these fields.
fn get_with(fields: Fields<'_>) -> Vec<u8> {
    [get("/"), block(fields)].concat()
}
