//! A lookup in words, for people who wonder about one. It takes the way a request takes.

use std::{fmt, path::PathBuf};

use super::{RouteTable, Turn};
use crate::routing::{Pattern, RequestPath, Segment};

/// One step of a lookup; printed, it is a line for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// There is a folder of exactly this name.
    Folder(String),
    /// A parameter takes one segment.
    Param {
        /// The segment.
        value: String,
        /// The parameter that takes it, as its folder is named.
        by: Segment,
    },
    /// A catch-all takes the rest, which may be nothing.
    CatchAll {
        /// The segments.
        values: Vec<String>,
        /// The catch-all that takes them, as its folder is named.
        by: Segment,
    },
    /// Nothing further down answers, so the choice before is taken back.
    Back {
        /// The segment that is free again.
        value: String,
    },
    /// This route answers.
    Found {
        /// Its pattern.
        pattern: Pattern,
        /// Its file.
        source: PathBuf,
    },
    /// No route answers.
    Nothing,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(name) => write!(f, "`{name}` is a folder of that name"),
            Self::Param { value, by } => write!(f, "`{value}` is taken by `{by}`"),
            Self::CatchAll { values, by } if values.is_empty() => write!(f, "`{by}` takes nothing"),
            Self::CatchAll { values, by } => write!(f, "`{}` is taken by `{by}`", values.join("/")),
            Self::Back { value } => write!(f, "nothing further down answers, back before `{value}`"),
            Self::Found { pattern, source } => write!(f, "{pattern} answers, from {}", source.display()),
            Self::Nothing => f.write_str("no route answers"),
        }
    }
}

impl<T> RouteTable<T> {
    /// How [`RouteTable::find`] comes to its answer for a path; the last step is the answer.
    pub fn explain(&self, path: &RequestPath) -> Vec<Step> {
        let path = path.segments();
        let mut turns = Vec::new();
        let found = self.search(&self.root, path, &mut |left, turn| turns.push((path.len() - left, turn)));
        let mut steps = self.steps(path, &turns);
        match found {
            Some((claim, _)) => {
                let pattern = claim.pattern.clone();
                if let Some(by) = pattern.segments().last().filter(|last| last.is_catch_all()) {
                    let values = path[pattern.segments().len() - 1..].to_vec();
                    steps.push(Step::CatchAll { values, by: by.clone() });
                }
                steps.push(Step::Found { pattern, source: claim.source.clone() });
            }
            None => steps.push(Step::Nothing),
        }
        steps
    }

    /// The turns in words; the place in the tree is kept beside to know what its folders are called.
    fn steps(&self, path: &[String], turns: &[(usize, Turn)]) -> Vec<Step> {
        let mut places = vec![&self.root];
        let step = |&(at, turn): &(usize, Turn)| {
            let value = path[at].clone();
            let place = *places.last()?;
            Some(match turn {
                Turn::Static => {
                    places.push(place.statics.get(&value)?);
                    Step::Folder(value)
                }
                Turn::Param => {
                    let (named_by, child) = place.param.as_deref()?;
                    places.push(child);
                    let by = self.claims[*named_by].pattern.segments().get(at)?.clone();
                    Step::Param { value, by }
                }
                Turn::Back => {
                    places.pop();
                    Step::Back { value }
                }
            })
        };
        turns.iter().filter_map(step).collect()
    }
}
