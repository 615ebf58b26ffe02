//! The bytes of an HTTP/1 connection as messages: which of them may be acted on. A state machine
//! without IO; it keeps no bytes.

use super::{GateLimits, chunked::Chunked, head::Head};
use crate::dispatch::message::{BadMessage, BodyEnd};

/// Follows the messages of one connection.
#[derive(Debug)]
pub(crate) struct Framing {
    limits: GateLimits,
    place: Place,
    /// How many messages were begun before this one.
    message: u64,
}

#[derive(Debug)]
enum Place {
    Head(Head),
    Body(u64),
    Chunked(Chunked),
}

/// What can be said of the bytes that came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Judgement {
    /// So many from the front are in order and are not to be shown again.
    pub(crate) passed: usize,
    /// What is wrong with the message behind them. It is the last one.
    pub(crate) wrong: Option<Wrong>,
}

/// A message that is none, and where it ceased to be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wrong {
    /// Which one of the connection, counted from zero.
    pub(crate) message: u64,
    /// Whether its head was in order and has passed.
    pub(crate) in_body: bool,
    /// Why.
    pub(crate) bad: BadMessage,
}

impl Framing {
    pub(crate) fn new(limits: GateLimits) -> Self {
        Self { limits, place: Place::Head(Head::default()), message: 0 }
    }

    /// Judges bytes: those that were shown before and have not passed, and what came behind them.
    pub(crate) fn judge(&mut self, bytes: &[u8]) -> Judgement {
        let mut passed = 0;
        loop {
            match self.step(&bytes[passed..]) {
                Ok(0) => return Judgement { passed, wrong: None },
                Ok(step) => passed += step,
                Err(bad) => {
                    let in_body = !matches!(self.place, Place::Head(_));
                    return Judgement { passed, wrong: Some(Wrong { message: self.message, in_body, bad }) };
                }
            }
        }
    }

    /// How many of the bytes to come are content, and in order whatever they are.
    pub(super) fn content_ahead(&self) -> u64 {
        match &self.place {
            Place::Head(_) => 0,
            Place::Body(left) => *left,
            Place::Chunked(chunked) => chunked.content_ahead(),
        }
    }

    /// Whether every message that began has ended.
    pub(crate) fn is_between_messages(&self) -> bool {
        matches!(&self.place, Place::Head(head) if head.is_untouched())
    }

    fn step(&mut self, bytes: &[u8]) -> Result<usize, BadMessage> {
        let (step, ended) = match &mut self.place {
            Place::Head(head) => {
                let Some(whole) = head.advance(bytes, &self.limits)? else { return Ok(0) };
                self.place = match whole.body_end {
                    BodyEnd::Length(length) => Place::Body(length),
                    BodyEnd::Chunked => Place::Chunked(Chunked::default()),
                };
                (whole.bytes, matches!(whole.body_end, BodyEnd::Length(0)))
            }
            Place::Body(left) => {
                let step = usize::try_from(*left).unwrap_or(usize::MAX).min(bytes.len());
                *left -= step as u64;
                (step, *left == 0)
            }
            Place::Chunked(chunked) => {
                let step = chunked.step(bytes, &self.limits)?;
                (step, *chunked == Chunked::End)
            }
        };
        if ended {
            self.place = Place::Head(Head::default());
            self.message += 1;
        }
        Ok(step)
    }
}
