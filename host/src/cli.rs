//! What may be typed, and what each command does with it. It prints and never ends the process:
//! how a command ended is its result.

mod build;
mod files;
mod inspect;
mod log;
mod methods;
mod new;
mod screen;
mod stamp;
mod stop;
#[cfg(test)]
mod tests;

use std::{ffi::OsString, path::PathBuf};

use clap::{Args, Parser, Subcommand};

use self::methods::MethodList;
pub(crate) use self::{
    screen::Screen,
    stop::{Exit, Stop},
};

/// Serves HTTP from a directory tree of WebAssembly components.
///
/// Where a component lies is its URL, what it exports are the methods it answers, and it runs in a
/// sandbox whose policy is set by the directories above it.
#[derive(Debug, Parser)]
#[command(name = "routelet", version, disable_help_subcommand = true)]
struct Typed {
    #[command(subcommand)]
    command: Command,
}

/// One command with its arguments.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start a site, or a route in the site that holds the current directory.
    New(NewArgs),
    /// Compile every route of a site and write the tree to serve to SITE/dist.
    Build(BuildArgs),
    /// Show what a component exports, imports and declares.
    Inspect(InspectArgs),
    /// Declare in a component which methods it answers.
    Stamp(StampArgs),
}

/// What `new` starts.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct NewArgs {
    /// The directory of the new site; `./route` for one of that name.
    #[arg(value_name = "SITE", required = true)]
    site: Option<PathBuf>,
    /// Touch no network. `new` never does; the flag is there for scripts that pass it everywhere.
    #[arg(long, global = true)]
    offline: bool,
    #[command(subcommand)]
    route: Option<NewPart>,
}

/// What `new` starts inside a site.
#[derive(Debug, Subcommand)]
pub(crate) enum NewPart {
    /// Start a route in the site that holds the current directory.
    Route(NewRouteArgs),
}

/// What a new route is to be.
#[derive(Debug, Args)]
pub(crate) struct NewRouteArgs {
    /// The URL pattern, such as `/users/[id]`.
    #[arg(value_name = "PATTERN")]
    pattern: String,
    /// The language of its source, by its extension.
    #[arg(long, value_name = "LANGUAGE", default_value = "rs")]
    lang: String,
    /// The methods it starts with.
    #[arg(long, value_name = "METHODS", default_value = "GET")]
    methods: MethodList,
}

/// How to build.
#[derive(Debug, Args)]
pub(crate) struct BuildArgs {
    /// The site to build.
    #[arg(value_name = "SITE")]
    site: PathBuf,
    /// Fail where a route is skipped because its language's tools are missing.
    #[arg(long)]
    strict: bool,
    /// Keep compilers from using the network.
    #[arg(long)]
    offline: bool,
}

/// What to inspect.
#[derive(Debug, Args)]
pub(crate) struct InspectArgs {
    /// The component.
    #[arg(value_name = "FILE.wasm")]
    file: PathBuf,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// What to declare.
#[derive(Debug, Args)]
pub(crate) struct StampArgs {
    /// The component.
    #[arg(value_name = "FILE.wasm")]
    file: PathBuf,
    /// The methods it answers, separated by commas.
    #[arg(long, value_name = "METHODS")]
    methods: MethodList,
    /// Where to write the component; without it, FILE.wasm itself is replaced.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Reads what was typed.
///
/// # Errors
///
/// It is no command; or it asks for help or the version, which ends well.
pub(crate) fn parse(typed: impl IntoIterator<Item = OsString>) -> Result<Command, clap::Error> {
    Typed::try_parse_from(typed).map(|typed| typed.command)
}

/// Prints help or the version where that was asked for, otherwise what was wrong with what was typed.
pub(crate) fn explain_usage(unread: &clap::Error) -> Result<Exit, Stop> {
    unread.print()?;
    Ok(if unread.use_stderr() { Exit::Misused } else { Exit::Done })
}

/// Runs a command that ends by itself.
pub(crate) fn run(command: Command, screen: &mut Screen<'_>) -> Result<Exit, Stop> {
    match command {
        Command::New(args) => new::new(args, screen),
        Command::Build(args) => build::build(&args, screen),
        Command::Inspect(args) => inspect::inspect(&args, screen),
        Command::Stamp(args) => stamp::stamp(&args, screen),
    }
}
