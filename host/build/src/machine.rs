//! The programs of this machine that a build may use: found in `PATH`, asked for their version, judged. It fetches
//! none.

use std::{fmt, path::PathBuf, process::Command};

use crate::{
    ToolError,
    language::{Job, Unready},
    process::output,
    toolchains::Program,
};

/// A program whose version will do.
#[derive(Debug, Clone)]
pub(crate) struct Fit {
    pub(crate) program: PathBuf,
    /// The first two numbers of it.
    pub(crate) version: (u32, u32),
}

/// What the machine has by a program's name.
#[derive(Debug)]
pub(crate) enum Own {
    Missing,
    Fit(Fit),
    Unfit(Unfit),
}

/// A program of the machine that will not do.
#[derive(Debug)]
pub(crate) struct Unfit {
    pub(crate) wanted: Program,
    place: PathBuf,
    found: Result<String, ToolError>,
}

/// Looks for the program and asks it.
pub(crate) fn own(wanted: Program, job: &Job<'_>) -> Own {
    let Some(place) = job.environment.find(wanted.name) else { return Own::Missing };
    let answer = output(job.environment.command(&place, job.site).args(wanted.ask));
    let found = answer.map(|answer| digits(&String::from_utf8_lossy(&answer.stdout)).to_owned());
    match found.as_ref().ok().and_then(|text| numbers(text)) {
        Some(version) if wanted.fits.admit(version) => Own::Fit(Fit { program: place, version }),
        Some(_) | None => Own::Unfit(Unfit { wanted, place, found }),
    }
}

/// The program, where nothing but the machine's own is of use.
pub(crate) fn required(wanted: Program, job: &Job<'_>) -> Result<Fit, Unready> {
    match own(wanted, job) {
        Own::Fit(fit) => Ok(fit),
        Own::Missing => Err(Unready::from_tool(missing(wanted, job))),
        Own::Unfit(Unfit { found: Err(error), .. }) => Err(Unready::from_tool(error)),
        Own::Unfit(unfit) => Err(Unready::Skipped(format!("{unfit}; {}", wanted.install))),
    }
}

/// A call of a program that was there when it was asked for its version, still without arguments.
pub(crate) fn call(wanted: Program, job: &Job<'_>) -> Result<Command, ToolError> {
    let program = job.environment.find(wanted.name).ok_or_else(|| missing(wanted, job))?;
    Ok(job.environment.command(&program, job.site))
}

fn missing(wanted: Program, job: &Job<'_>) -> ToolError {
    ToolError::Missing {
        tool: wanted.name,
        needed_for: format!("it, to build {}", job.now[0].display()),
        way_out: wanted.install.to_owned(),
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Program { name, fits, .. } = self.wanted;
        let place = self.place.display();
        match &self.found {
            Ok(found) if found.is_empty() => write!(f, "{name} ({place}) says no version; expected {fits}"),
            Ok(found) => write!(f, "{name} is {found} ({place}); expected {fits}"),
            Err(error) => write!(f, "{error}; expected {name} {fits}"),
        }
    }
}

/// The version in what a program says of itself: `go1.27.3` is `1.27.3`.
fn digits(said: &str) -> &str {
    let word = said.split_whitespace().find(|word| word.contains(|letter: char| letter.is_ascii_digit()));
    word.unwrap_or_default().trim_start_matches(|letter: char| !letter.is_ascii_digit())
}

fn numbers(version: &str) -> Option<(u32, u32)> {
    let (major, rest) = version.split_once('.')?;
    let end = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
    Some((major.parse().ok()?, rest[..end].parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_as_each_program_prints_it() {
        let rows = [
            ("v20.20.2\n", Some((20, 20))),
            ("go1.27.3\n", Some((1, 27))),
            ("go1.24rc1", Some((1, 24))),
            ("0.17.0\n", Some((0, 17))),
            ("3.11\n", Some((3, 11))),
            ("devel", None),
            ("20", None),
            ("", None),
        ];
        for (said, expected) in rows {
            assert_eq!(numbers(digits(said)), expected, "{said:?}");
        }
    }
}
