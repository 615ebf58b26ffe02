//! What a match captured. It does not decide what matches.

use std::slice;

use super::{Pattern, Segment};

/// What the parameters of a pattern are for one path, from the root.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Params(Vec<Param>);

/// One parameter and its decoded values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Param {
    /// The text between the brackets.
    pub name: String,
    /// One value for `[id]`, one or more for a catch-all; an optional catch-all that caught
    /// nothing is no parameter at all.
    pub values: Vec<String>,
    /// Whether the pattern says `...`, so that a single value is still a list.
    pub catch_all: bool,
}

impl Params {
    /// The values of one parameter, if the path has any.
    pub fn get(&self, name: &str) -> Option<&[String]> {
        self.iter().find(|param| param.name == name).map(|param| param.values.as_slice())
    }

    /// All of them, from the root.
    pub fn iter(&self) -> slice::Iter<'_, Param> {
        self.0.iter()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes from a path that the pattern matches what each of its parameters stands for.
    pub(super) fn capture(pattern: &Pattern, path: &[String]) -> Self {
        let capture = |(at, segment): (usize, &Segment)| {
            let name = segment.param_name()?.to_owned();
            let catch_all = segment.is_catch_all();
            let values = if catch_all { &path[at..] } else { &path[at..=at] };
            (!values.is_empty()).then(|| Param { name, values: values.into(), catch_all })
        };
        Self(pattern.segments().iter().enumerate().filter_map(capture).collect())
    }
}

impl<'p> IntoIterator for &'p Params {
    type Item = &'p Param;
    type IntoIter = slice::Iter<'p, Param>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
