//! The program `routelet`: reads what was typed, runs it phase by phase, and gives its end a number.
//! It decides nothing else.

mod cli;

use std::{io, process::ExitCode};

use cli::{Command, Exit, Screen, Signals, Stop, dev, log, serve};

fn main() -> ExitCode {
    let (mut results, mut people) = (io::stdout(), io::stderr());
    let mut screen = Screen::new(&mut results, &mut people);
    let ended = match cli::parse(std::env::args_os()) {
        Ok(command) => start(command, &mut screen),
        Err(unread) => cli::explain_usage(&unread),
    };
    code(ended.unwrap_or_else(|stop| give_reasons(&stop, &mut screen)))
}

fn start(command: Command, screen: &mut Screen<'_>) -> Result<Exit, Stop> {
    match command {
        // A process about to be bounded starts no threads before.
        Command::Compile => cli::compile::compile(),
        Command::Serve(args) => run(unless_hurried(async |signals| serve(&args, signals, screen).await)),
        Command::Dev(args) => run(unless_hurried(async |signals| dev(&args, signals, screen).await)),
        Command::Brief(brief) => run(cli::run(brief, screen)),
    }
}

fn run(command: impl Future<Output = Result<Exit, Stop>>) -> Result<Exit, Stop> {
    let runtime = runtime().map_err(Stop::failed)?;
    let ended = runtime.block_on(command);
    // What still runs is cut off: the grace period is over, or nobody wants to wait for it.
    runtime.shutdown_background();
    ended
}

/// One thread more than cores, since one is never given to guests that compute for long: they may
/// fill every core, and the system lets the thread that serves the others pass.
fn runtime() -> io::Result<tokio::runtime::Runtime> {
    let cores = std::thread::available_parallelism()?.get();
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(cores + 1)
        .event_interval(routelet::EVENT_INTERVAL)
        .enable_all()
        .build()
}

async fn serve(args: &cli::ServeArgs, signals: &Signals, screen: &mut Screen<'_>) -> Result<Exit, Stop> {
    let config = serve::settle(args).await?;
    let _log = log::start(config.log).map_err(Stop::failed)?;
    let Some(followed) = signals.unless_told(serve::load(args, &config, screen)).await.transpose()? else {
        return Ok(Exit::Done);
    };
    let server = serve::bind(followed.site(), screen).await?;
    Ok(followed.run(server, signals).await)
}

async fn dev(args: &cli::DevArgs, signals: &Signals, screen: &mut Screen<'_>) -> Result<Exit, Stop> {
    let config = dev::settle(args)?;
    let _log = log::start(config.log).map_err(Stop::failed)?;
    let Some(workshop) = signals.unless_told(dev::load(args, &config, screen)).await.transpose()? else {
        return Ok(Exit::Done);
    };
    let server = serve::bind(workshop.site(), screen).await?;
    Ok(workshop.run(server, signals, screen).await)
}

/// Runs a server until it ends, or until a second signal says not to wait.
async fn unless_hurried(serving: impl AsyncFnOnce(&Signals) -> Result<Exit, Stop>) -> Result<Exit, Stop> {
    let signals = Signals::listen().map_err(Stop::failed)?;
    let hurry = signals.second();
    tokio::select! {
        ended = serving(&signals) => ended,
        () = hurry => Ok(Exit::SecondSignal),
    }
}

fn give_reasons(stop: &Stop, screen: &mut Screen<'_>) -> Exit {
    for reason in &stop.reasons {
        screen.tell(reason);
    }
    stop.exit
}

/// Exit codes, promised to scripts.
fn code(exit: Exit) -> ExitCode {
    ExitCode::from(match exit {
        Exit::Done => 0,
        Exit::Failed => 1,
        Exit::Misused => 2,
        Exit::SecondSignal => 130,
    })
}
