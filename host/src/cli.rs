//! What may be typed, and what each command does with it. It prints and never ends the process:
//! how a command ended is its result.

mod build;
mod check;
pub(crate) mod compile;
pub(crate) mod dev;
mod explain;
mod files;
mod inspect;
mod load;
mod lock;
pub(crate) mod log;
mod methods;
mod new;
mod routes;
mod screen;
pub(crate) mod serve;
mod settings;
mod signals;
mod stamp;
mod stop;
#[cfg(test)]
mod tests;
mod typegen;

use std::{ffi::OsString, path::PathBuf};

use clap::{Args, Parser, Subcommand};

use self::{methods::MethodList, settings::Settings};
pub(crate) use self::{
    screen::Screen,
    signals::Signals,
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
    /// What a server calls itself as, to compile one component within bounds.
    #[command(hide = true)]
    Compile,
    /// Build a site, serve it, and follow every change of its sources.
    #[command(display_order = 3)]
    Dev(DevArgs),
    /// Serve a directory of components.
    #[command(display_order = 4)]
    Serve(ServeArgs),
    #[command(flatten)]
    Brief(Brief),
}

/// One command that ends by itself.
#[derive(Debug, Subcommand)]
pub(crate) enum Brief {
    /// Start a site, or a route in the site that holds the current directory.
    #[command(display_order = 1)]
    New(NewArgs),
    /// Compile every route of a site and write the tree to serve to SITE/dist.
    #[command(display_order = 2)]
    Build(BuildArgs),
    /// List what a directory answers.
    #[command(display_order = 5)]
    Routes(RoutesArgs),
    /// Explain what a site would answer to a request, and why.
    #[command(display_order = 6)]
    Explain(ExplainArgs),
    /// Report everything that is wrong with a directory.
    #[command(display_order = 7)]
    Check(CheckArgs),
    /// Write down what each component is and may do, for `check --locked`.
    #[command(display_order = 8)]
    Lock(LockArgs),
    /// Show what a component exports, imports and declares.
    #[command(display_order = 9)]
    Inspect(InspectArgs),
    /// Declare in a component which methods it answers.
    #[command(display_order = 10)]
    Stamp(StampArgs),
    /// Write the types of a site's routes for TypeScript and Python, as `build` and `dev` do too.
    #[command(display_order = 11)]
    Typegen(TypegenArgs),
}

/// What `new` starts.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct NewArgs {
    /// The directory of the new site; `./route` for one of that name.
    #[arg(value_name = "SITE", required = true)]
    site: Option<PathBuf>,
    /// The language of its first routes, by its extension: rs, ts, js, py, c or go.
    #[arg(long, value_name = "LANGUAGE", default_value = "rs")]
    lang: String,
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
    /// The language of its source, by its extension: rs, ts, js, py, c or go; without it, the one that most
    /// routes of the site are written in.
    #[arg(long, value_name = "LANGUAGE")]
    lang: Option<String>,
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
    /// Fetch nothing: what is not in the caches of the site and of its compilers is named, with the command that
    /// fetches it.
    #[arg(long)]
    offline: bool,
}

/// What to build and serve.
#[derive(Debug, Args)]
pub(crate) struct DevArgs {
    /// The site whose sources are being written.
    #[arg(value_name = "SITE")]
    site: PathBuf,
    /// Fetch nothing: what is not in the caches of the site and of its compilers is named, with the command that
    /// fetches it.
    #[arg(long)]
    offline: bool,
    #[command(flatten)]
    settings: Settings,
}

/// What to serve.
#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// The directory: its `app` is served where there is one, else the directory itself.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    #[command(flatten)]
    settings: Settings,
}

/// What to list.
#[derive(Debug, Args)]
pub(crate) struct RoutesArgs {
    /// The directory, as `serve` takes it.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: Settings,
}

/// What to explain.
#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The method of the request.
    #[arg(value_name = "METHOD")]
    method: String,
    /// Its URL, absolute or from the root.
    #[arg(value_name = "URL")]
    url: String,
    /// The directory, as `serve` takes it.
    #[arg(long, value_name = "DIR", default_value = ".")]
    site: PathBuf,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: Settings,
}

/// What to check.
#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// The directory, as `serve` takes it.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// Compare with the lock, and fail where a component is not what is locked.
    #[arg(long)]
    locked: bool,
    /// The lock to compare with; without it, DIR/routelet.lock.
    #[arg(long, value_name = "FILE", requires = "locked")]
    lock_file: Option<PathBuf>,
    #[command(flatten)]
    settings: Settings,
}

/// What to lock.
#[derive(Debug, Args)]
pub(crate) struct LockArgs {
    /// The directory, as `serve` takes it.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// Where to write the lock; without it, DIR/routelet.lock.
    #[arg(long, value_name = "FILE")]
    lock_file: Option<PathBuf>,
    #[command(flatten)]
    settings: Settings,
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

/// What to write types for.
#[derive(Debug, Args)]
pub(crate) struct TypegenArgs {
    /// The site whose routes are meant.
    #[arg(value_name = "SITE")]
    site: PathBuf,
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

/// Runs a command that ends by itself and serves nothing.
pub(crate) async fn run(command: Brief, screen: &mut Screen<'_>) -> Result<Exit, Stop> {
    match command {
        Brief::New(args) => new::new(args, screen),
        Brief::Build(args) => build::build(&args, screen),
        Brief::Routes(args) => routes::routes(&args, screen).await,
        Brief::Explain(args) => explain::explain(&args, screen).await,
        Brief::Check(args) => check::check(&args, screen).await,
        Brief::Lock(args) => lock::lock(&args, screen).await,
        Brief::Inspect(args) => inspect::inspect(&args, screen),
        Brief::Stamp(args) => stamp::stamp(&args, screen),
        Brief::Typegen(args) => typegen::typegen(&args, screen),
    }
}
