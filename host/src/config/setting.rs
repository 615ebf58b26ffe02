//! One setting as it was written, wherever it was written, and how its value is read. Which
//! settings there are is told by the keys.

use std::{fmt, path::PathBuf};

use super::document::Value;
use crate::{
    fault::Fault,
    policy::{
        bound::{Bound, Typed},
        units::Amount,
        wrong::Wrong,
    },
};

/// A key with its value and its place.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Setting {
    /// Tables and keys joined with a dot: `server.connections`.
    pub(super) key: String,
    pub(super) raw: Raw,
    pub(super) place: Place,
}

/// A value before it is read.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Raw {
    /// From a file, which has types.
    Typed(Value),
    /// From a variable or a flag, which has not.
    Plain(String),
}

/// Where a setting was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    File { file: PathBuf, line: u32 },
    Variable(String),
    Flag(String),
}

impl Place {
    /// What is wrong with a setting, at this place: variables and flags stand where a file would.
    pub(super) fn fault(&self, wrong: Wrong) -> Fault {
        match self {
            Self::File { file, line } => wrong.at(file, Some(*line)),
            Self::Variable(name) | Self::Flag(name) => wrong.at(name.as_ref(), None),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { file, line } => write!(f, "{}:{line}", file.display()),
            Self::Variable(name) | Self::Flag(name) => f.write_str(name),
        }
    }
}

impl Setting {
    /// `true` or `false`.
    pub(super) fn boolean(&self) -> Result<bool, Wrong> {
        match &self.raw {
            Raw::Typed(Value::Boolean(boolean)) => Ok(*boolean),
            Raw::Plain(text) if text == "true" => Ok(true),
            Raw::Plain(text) if text == "false" => Ok(false),
            _ => Err(self.unfit("true or false")),
        }
    }

    /// A text.
    pub(super) fn text(&self) -> Result<&str, Wrong> {
        match &self.raw {
            Raw::Typed(Value::Text(text)) | Raw::Plain(text) => Ok(text),
            Raw::Typed(_) => Err(self.unfit("a string")),
        }
    }

    /// Texts: a list in a file, separated by commas elsewhere.
    pub(super) fn texts(&self) -> Result<Vec<&str>, Wrong> {
        let expected = "a list of strings";
        let items = match &self.raw {
            Raw::Plain(text) => return Ok(text.split(',').map(str::trim).collect()),
            Raw::Typed(Value::List(items)) => items,
            Raw::Typed(_) => return Err(self.unfit(expected)),
        };
        let texts = items.iter().map(|item| match &item.value {
            Value::Text(text) => Ok(text.as_str()),
            _ => Err(self.unfit(expected)),
        });
        texts.collect()
    }

    /// One word of a few.
    pub(super) fn word<T: Copy>(&self, words: &[(&str, T)]) -> Result<T, Wrong> {
        let word = self.text()?;
        let meaning = words.iter().find(|(known, _)| *known == word);
        meaning.map(|(_, meaning)| *meaning).ok_or_else(|| {
            let known: Vec<_> = words.iter().map(|(known, _)| format!("{known:?}")).collect();
            self.unfit(&known.join(", "))
        })
    }

    /// An amount that a bound allows.
    pub(super) fn amount<S>(&self, bound: &Bound<S>) -> Result<Amount, Wrong> {
        bound.settle(match &self.raw {
            Raw::Typed(value) => value.typed(),
            Raw::Plain(text) => Typed::Plain(text),
        })
    }

    /// A value its key does not take.
    pub(super) fn unfit(&self, expected: &str) -> Wrong {
        let shown = match &self.raw {
            Raw::Plain(text) => format!("{text:?}"),
            Raw::Typed(value) => value.to_string(),
        };
        Wrong::new(format!("{} = {shown}", self.key)).expected(expected).way_out("correct the value or remove the key")
    }
}
