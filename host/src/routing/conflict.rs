//! Two files that cannot both be routed, and how people get out of it. It decides nothing.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use super::{Pattern, Segment, VISITS_MAX};

/// Two files that cannot both be routed.
///
/// The first one is in the table, the second one was refused; neither is more to blame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The file that came first.
    pub first: PathBuf,
    /// The file that was refused.
    pub second: PathBuf,
    /// What they contend for.
    pub clash: Clash,
}

/// What two files contend for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clash {
    /// Both answer every path of one pattern.
    SamePaths {
        /// The second file's pattern.
        pattern: String,
    },
    /// One is an optional catch-all, the other answers the path where that catches nothing.
    OptionalAndExact {
        /// The path in question.
        path: String,
        /// The optional catch-all.
        optional: Segment,
    },
    /// At one level, one has a catch-all and the other an optional one.
    TwoCatchAlls {
        /// The first file's.
        first: Segment,
        /// The second file's.
        second: Segment,
    },
    /// At one level, their parameters match the same but have different names.
    TwoNames {
        /// The first file's parameter.
        first: Segment,
        /// The second file's.
        second: Segment,
    },
    /// With the second file a path could be tried in more than [`VISITS_MAX`] places.
    TooAmbiguous {
        /// In how many.
        visits: usize,
    },
}

impl Clash {
    /// Why two patterns that meet at `depth` cannot both be routed, if that is so.
    pub(super) fn between(first: &Pattern, second: &Pattern, depth: usize) -> Option<Self> {
        let (one, other) = (first.segments().get(depth), second.segments().get(depth));
        match (one, other) {
            (Some(Segment::Param(name)), Some(Segment::Param(same))) if name == same => None,
            (Some(one @ Segment::Param(_)), Some(other @ Segment::Param(_))) => {
                Some(Self::TwoNames { first: one.clone(), second: other.clone() })
            }
            (Some(Segment::OptionalRest(_)), Some(Segment::Rest(_)))
            | (Some(Segment::Rest(_)), Some(Segment::OptionalRest(_))) => {
                Some(Self::TwoCatchAlls { first: one?.clone(), second: other?.clone() })
            }
            (Some(optional), None) | (None, Some(optional)) => {
                let path = if one.is_none() { first } else { second }.to_string();
                Some(Self::OptionalAndExact { path, optional: optional.clone() })
            }
            _ => Some(Self::SamePaths { pattern: second.to_string() }),
        }
    }
}

impl Conflict {
    /// What is wrong, seen from the second file.
    pub fn found(&self) -> String {
        let first = self.first.display();
        match &self.clash {
            Clash::SamePaths { pattern } => format!("answers {pattern}, as {first} does"),
            Clash::OptionalAndExact { path, optional } => {
                format!("answers {path}, as {first} does, since `{optional}` matches nothing as well")
            }
            Clash::TwoCatchAlls { first: one, second } | Clash::TwoNames { first: one, second } => {
                format!("has `{second}` where {first} has `{one}`, which match the same paths")
            }
            Clash::TooAmbiguous { visits } => {
                format!("makes one path possible in {visits} places, together with {first} and others")
            }
        }
    }

    /// What was expected, where `found` does not say it.
    pub fn expected(&self) -> String {
        match &self.clash {
            Clash::TooAmbiguous { .. } => {
                format!("at most {VISITS_MAX}, so that a lookup stays short")
            }
            Clash::SamePaths { .. } | Clash::OptionalAndExact { .. } => "one file for each path".into(),
            Clash::TwoCatchAlls { .. } | Clash::TwoNames { .. } => String::new(),
        }
    }

    /// What to do about it.
    pub fn way_out(&self) -> String {
        match &self.clash {
            Clash::SamePaths { .. } => "keep one, or move the other to a path of its own".into(),
            Clash::OptionalAndExact { optional, .. } => {
                format!("keep one, or write `{}` for one or more segments", required(optional))
            }
            Clash::TwoCatchAlls { .. } => "keep one".into(),
            Clash::TwoNames { .. } => "keep one name".into(),
            Clash::TooAmbiguous { .. } => "have fewer parameters beside static folders of one level".into(),
        }
    }

    /// The file that was refused.
    pub fn file(&self) -> &Path {
        &self.second
    }
}

impl Conflict {
    /// Whether the other one needs no telling: of two files that answer the same paths one has to
    /// go, whatever its parameters are called.
    pub(super) fn tells_all_of(&self, other: &Self) -> bool {
        let names_only = matches!(other.clash, Clash::TwoNames { .. });
        names_only && self.first == other.first && matches!(self.clash, Clash::SamePaths { .. })
    }
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let expected = match self.expected() {
            text if text.is_empty() => text,
            text => format!("expected {text}; "),
        };
        write!(f, "{}: {}; {expected}{}", self.second.display(), self.found(), self.way_out())
    }
}

impl std::error::Error for Conflict {}

fn required(optional: &Segment) -> Segment {
    Segment::Rest(optional.param_name().unwrap_or_default().into())
}
