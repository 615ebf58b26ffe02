//! Every key of `routelet.toml` as a flag. Which keys there are and what they take is told by the
//! configuration; here they are only typed and passed on.

use std::{
    env,
    io::{self, IsTerminal},
    path::{Path, PathBuf},
};

use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};
use routelet::{
    Config, Fault,
    config::{
        Compiler, Flag, ServerLimits, Surroundings,
        keys::{self, Key},
    },
};

use super::{Exit, Stop, files};

/// The heading of these flags in the help.
const HEADING: &str = "Settings (each also a key of routelet.toml and a variable ROUTELET_...)";

/// Settings that were typed as flags.
#[derive(Debug, Default)]
pub(crate) struct Settings(Vec<Flag>);

impl Settings {
    /// What the flags, the environment and the settings file of `site` decide together, and what is
    /// wrong with that file. What was typed wrong is told at once.
    pub(crate) fn settle(&self, site: &Path) -> Result<(Config, Vec<Fault>), Stop> {
        files::directory(site)?;
        let surroundings = Surroundings {
            site: site.to_owned(),
            // A variable that is no text can be none of ours.
            variables: env::vars_os()
                .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
                .collect(),
            is_terminal: io::stderr().is_terminal(),
        };
        let (mut config, faults) = Config::load_in_part(&self.0, &surroundings);
        config.compiler = Compiler::Child(this_program()?);
        if faults.iter().any(|fault| fault.file.to_string_lossy().starts_with("--")) {
            return Err(Stop { exit: Exit::Misused, ..faults.into() });
        }
        Ok((config, faults))
    }
}

/// The program that runs, even where its file has been replaced by a newer one since.
fn this_program() -> io::Result<PathBuf> {
    let running = PathBuf::from("/proc/self/exe");
    if running.exists() { Ok(running) } else { env::current_exe() }
}

impl Args for Settings {
    fn augment_args(command: Command) -> Command {
        keys::all().fold(command, |command, key| command.arg(arg(key)))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Settings {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let typed = keys::all().filter_map(|key| {
            let name = key.flag();
            let value = matches.get_one::<String>(&name)?.clone();
            Some(Flag { name, value })
        });
        Ok(Self(typed.collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

fn arg(key: Key) -> Arg {
    let arg = Arg::new(key.flag())
        .long(key.flag())
        .help(help(key))
        .help_heading(HEADING)
        .value_name(if key.is_switch { "BOOL" } else { "VALUE" })
        .action(ArgAction::Set);
    if key.is_switch {
        // Without the sign of equality, the directory behind a switch would be its value.
        return arg.num_args(0..=1).require_equals(true).default_missing_value("true");
    }
    arg
}

/// Effect and default; the unit stands in the default.
fn help(key: Key) -> String {
    match ServerLimits::bound(key.name).filter(|_| key.table.is_some()) {
        Some(bound) => {
            let default = bound.text(&ServerLimits::default());
            format!("{}, {default} by default.", key.about.trim_end_matches('.'))
        }
        None => key.about.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(words: &[&str]) -> Vec<(String, String)> {
        let command = Settings::augment_args(Command::new("serve").arg(Arg::new("dir")));
        let matches = command.try_get_matches_from([&["serve"], words].concat()).unwrap();
        let settings = Settings::from_arg_matches(&matches).unwrap();
        settings.0.into_iter().map(|flag| (flag.name, flag.value)).collect()
    }

    #[test]
    fn every_key_is_a_flag() {
        for key in keys::all() {
            let value = format!("--{}=x", key.flag());
            assert_eq!(typed(&[&value]), [(key.flag(), "x".to_owned())]);
        }
    }

    #[test]
    fn every_limit_tells_its_default() {
        let serve = Settings::augment_args(Command::new("serve")).render_help().to_string();
        for line in ["Connections at a time, 10000 by default.", "10s by default.", "32KiB by default."] {
            assert!(serve.contains(line), "{line} in\n{serve}");
        }
    }

    #[test]
    fn a_switch_alone_means_true() {
        assert_eq!(typed(&["--wasi-0-3", "site"]), [("wasi-0-3".to_owned(), "true".to_owned())]);
        assert_eq!(typed(&["--wasi-0-3=false", "site"]), [("wasi-0-3".to_owned(), "false".to_owned())]);
        assert_eq!(typed(&["site", "--listen", "[::]:0"]), [("listen".to_owned(), "[::]:0".to_owned())]);
        assert_eq!(typed(&["site"]), []);
    }
}
