//! The programs and variables a build may use. It never looks at the process's own environment
//! unless it is told to, so that a test passes in the world it wants.

use std::{
    collections::BTreeMap,
    env,
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
    process::Command,
};

use crate::Fault;

/// Variables for the tools a build runs; `PATH` among them says where those tools are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Environment {
    variables: BTreeMap<OsString, OsString>,
}

impl Environment {
    /// The variables of this process, without those that cargo and rustup set for a program that
    /// they run themselves: under `cargo run` they would force the toolchain of that cargo on the
    /// site, whose own toolchain file has to count.
    pub fn of_process() -> Self {
        Self::without_cargo(env::vars_os())
    }

    fn without_cargo(variables: impl Iterator<Item = (OsString, OsString)>) -> Self {
        let mut variables: BTreeMap<_, _> = variables.collect();
        if variables.contains_key(OsStr::new("CARGO")) {
            variables.retain(|name, _| !is_set_by_cargo(name));
        }
        Self { variables }
    }

    /// No variables at all.
    pub fn empty() -> Self {
        Self::default()
    }

    /// The same environment with one variable set.
    #[must_use]
    pub fn with(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.variables.insert(name.into(), value.into());
        self
    }

    /// The program of that name, from the directories in `PATH`.
    pub(crate) fn find(&self, program: &str) -> Option<PathBuf> {
        let path = self.variables.get(OsStr::new("PATH"))?;
        env::split_paths(path)
            .map(|directory| directory.join(program).with_extension(env::consts::EXE_EXTENSION))
            .find(|candidate| is_executable(candidate))
    }

    /// A command that runs `program` in `directory` with these variables and no others.
    pub(crate) fn command(&self, program: &Path, directory: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(directory).env_clear().envs(&self.variables);
        command
    }
}

/// A tool that a build needs and cannot use.
#[derive(Debug, thiserror::Error)]
pub enum ToolError {
    /// No directory in `PATH` holds it.
    #[error("{tool} is not installed: no directory in PATH holds it")]
    Missing {
        /// The program that was looked for.
        tool: &'static str,
        /// What the site needs it for.
        needed_for: String,
        /// The command that installs it.
        way_out: String,
    },
    /// It is there and could not be started.
    #[error("{} cannot be started: {source}", tool.display())]
    Start {
        /// The program that was started.
        tool: PathBuf,
        /// Why the system refused.
        source: std::io::Error,
    },
    /// It ran and failed.
    #[error("`{command}` failed: {said}")]
    Failed {
        /// What was run.
        command: String,
        /// The last thing it said.
        said: String,
        /// What to do about it.
        way_out: String,
    },
}

impl ToolError {
    /// What to do about it, where that is known beyond what the message says.
    pub(crate) fn way_out(&self) -> &str {
        match self {
            Self::Missing { way_out, .. } | Self::Failed { way_out, .. } => way_out,
            Self::Start { .. } => "repair or remove it",
        }
    }

    /// The same as a fault of `file`, the file that asks for the tool.
    pub(crate) fn into_fault(self, file: &Path) -> Fault {
        let found = self.to_string();
        match self {
            Self::Missing { needed_for, way_out, .. } => Fault::new(file, found, needed_for, way_out),
            Self::Start { tool, .. } => Fault::new(
                file,
                found,
                "a program that runs on this machine",
                format!("repair or remove {}", tool.display()),
            ),
            Self::Failed { way_out, .. } => Fault::new(file, found, "", way_out),
        }
    }
}

fn is_set_by_cargo(name: &OsStr) -> bool {
    const EXACT: [&str; 4] = ["CARGO", "CARGO_MANIFEST_DIR", "CARGO_MANIFEST_PATH", "RUSTUP_TOOLCHAIN"];
    const PREFIXES: [&str; 3] = ["CARGO_PKG_", "CARGO_BIN_", "CARGO_CRATE_"];
    let name = name.to_string_lossy();
    EXACT.contains(&name.as_ref()) || PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

#[cfg(unix)]
fn is_executable(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata().is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(file: &Path) -> bool {
    file.is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(variables: &[&str]) -> Vec<String> {
        let pairs = variables.iter().map(|name| (OsString::from(name), OsString::new()));
        let kept = Environment::without_cargo(pairs).variables.into_keys();
        kept.map(|name| name.to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn what_cargo_sets_for_its_children_does_not_reach_the_site() {
        let under_cargo = ["CARGO", "CARGO_HOME", "CARGO_PKG_NAME", "PATH", "RUSTUP_TOOLCHAIN"];
        assert_eq!(names(&under_cargo), ["CARGO_HOME", "PATH"]);
    }

    #[test]
    fn a_toolchain_that_a_person_chose_counts() {
        assert_eq!(names(&["PATH", "RUSTUP_TOOLCHAIN"]), ["PATH", "RUSTUP_TOOLCHAIN"]);
    }
}
