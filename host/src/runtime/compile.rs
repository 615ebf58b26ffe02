//! A component's bytes to native code, within bounds. It starts and ends the compiling process and
//! judges what comes back; it neither keeps nor loads the code, nor the functions it is made of.

use std::{
    path::PathBuf,
    process::{ExitStatus, Stdio},
    sync::Arc,
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt},
    process::{Child, Command},
    sync::Semaphore,
};
use wasmtime::CacheStore;

use super::engine::{self, Flavour};
use crate::policy::Limits;

mod child;
mod error;
mod functions;
#[cfg(test)]
mod tests;
mod wire;

pub use child::answer;
pub(crate) use error::CompileError;
use functions::Functions;
use wire::{Job, Kind, WireError};

/// The word that makes a program of ours the compiling process.
const SUBCOMMAND: &str = "compile";
/// Threads of one compiling process: with more of them, what each holds outgrows the bound on memory.
const THREADS_MAX: usize = 4;
/// Code is held several times over while it is made, so what is made is a part of the memory at most;
/// so are the functions that are known before, and those that are known then.
const CODE_SHARE: u64 = 4;
/// As much as is kept of what a compiling process says when it breaks.
const LAST_WORDS_BYTES: u64 = 4 << 10;

/// A component that takes long leaves a seat to the others, on a single core too.
const SEATS_MIN: usize = 2;

/// How many components are compiled at a time: one for each core.
pub(crate) fn seats() -> usize {
    cores().max(SEATS_MIN)
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Compiles for the engines of one host.
#[derive(Debug)]
pub(crate) enum Compiler {
    /// In this process. Nothing bounds its time or its memory, so it is for components one trusts.
    InProcess,
    /// In a process of its own for each component.
    Child(Workshop),
}

/// Where compiling processes come from.
#[derive(Debug)]
pub(crate) struct Workshop {
    program: PathBuf,
    threads: usize,
    /// As many processes at a time as there are [`seats`].
    seats: Arc<Semaphore>,
}

/// What compiling one component may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct CompileBounds {
    /// Time on the clock.
    pub(crate) time: Duration,
    /// Memory of the compiling process.
    pub(crate) memory_bytes: u64,
}

/// One component to be compiled.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Order<'a> {
    pub(crate) flavour: Flavour,
    pub(crate) component: &'a [u8],
    /// Functions that need no compiling again; `None` where nobody wants the new ones either.
    pub(crate) functions: Option<&'a [u8]>,
    pub(crate) bounds: CompileBounds,
}

/// What became of it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Made {
    /// Its code.
    pub(crate) code: Vec<u8>,
    /// The functions that had to be compiled.
    pub(crate) functions: Vec<u8>,
}

impl CompileBounds {
    /// Those of a route.
    pub(crate) fn of(limits: &Limits) -> Self {
        Self { time: limits.compile_time, memory_bytes: limits.compile_memory_bytes }
    }

    /// The most of code, or of functions.
    pub(crate) fn code_bytes_max(self) -> u64 {
        self.memory_bytes / CODE_SHARE
    }
}

impl Compiler {
    /// In processes of `program`, or in this one.
    pub(crate) fn new(program: Option<PathBuf>) -> Self {
        let workshop =
            |program| Workshop { program, threads: cores().min(THREADS_MAX), seats: Arc::new(Semaphore::new(seats())) };
        program.map_or(Self::InProcess, |program| Self::Child(workshop(program)))
    }

    /// Carries out one order. It blocks, and outside this process it needs the async runtime around it.
    pub(crate) fn make(&self, order: Order<'_>) -> Result<Made, CompileError> {
        match self {
            Self::InProcess => {
                let known = order.functions.map(<[u8]>::to_vec);
                let made = made(order.flavour, order.component, known, order.bounds.code_bytes_max());
                made.map_err(|error| CompileError::Refused(format!("{error:#}")))
            }
            Self::Child(workshop) => tokio::runtime::Handle::current().block_on(workshop.make(order)),
        }
    }
}

/// Compiles in this process, whichever that is.
fn made(
    flavour: Flavour,
    component: &[u8],
    known: Option<Vec<u8>>,
    functions_bytes_max: u64,
) -> wasmtime::Result<Made> {
    let functions = known.map(|known| Arc::new(Functions::new(known, functions_bytes_max)));
    let store = functions.clone().map(|functions| functions as Arc<dyn CacheStore>);
    let code = engine::for_compiling(flavour, store)?.precompile_component(component)?;
    Ok(Made { code, functions: functions.map(|functions| functions.made()).unwrap_or_default() })
}

impl Workshop {
    async fn make(&self, order: Order<'_>) -> Result<Made, CompileError> {
        let _seat = self.seats.acquire().await.expect("the semaphore is never closed");
        // The process ends with this future: it is killed when dropped.
        let made = tokio::time::timeout(order.bounds.time, self.order(order)).await;
        made.unwrap_or(Err(CompileError::TimeSpent(order.bounds.time)))
    }

    async fn order(&self, Order { flavour, component, functions, bounds }: Order<'_>) -> Result<Made, CompileError> {
        let mut child = self.start()?;
        let mut orders = child.stdin.take().expect("it is piped");
        let mut answers = child.stdout.take().expect("it is piped");
        let words = last_words(child.stderr.take().expect("it is piped"));
        let job = Job { flavour, memory_bytes: bounds.memory_bytes, cpu_seconds: self.cpu_seconds(bounds) };
        let ask = async move {
            // A process that has ended takes no orders; how it ended says why.
            let _ = wire::send(&mut orders, Kind::Job, &job.bytes()).await;
            if let Some(functions) = functions {
                let _ = wire::send(&mut orders, Kind::Functions, functions).await;
            }
            let _ = wire::send(&mut orders, Kind::Component, component).await;
            Ok(())
        };
        let hear = async move {
            match heard(&mut answers, bounds).await? {
                Ok((Kind::Functions, functions)) => Ok((functions, heard(&mut answers, bounds).await?)),
                answer => Ok((Vec::new(), answer)),
            }
        };
        let ((), (functions, answer), words) = tokio::try_join!(ask, hear, async { Ok(words.await) })?;
        let status = ended(&mut child).await?;
        Ok(Made { code: judged(status, answer, &words, bounds)?, functions })
    }

    /// Nothing of this process's surroundings reaches the child: no variables, no files, no folder.
    fn start(&self) -> Result<Child, CompileError> {
        let mut command = Command::new(&self.program);
        command
            .arg(SUBCOMMAND)
            .env_clear()
            .env("RAYON_NUM_THREADS", self.threads.to_string())
            // An arena for each thread would use up the address space without holding anything.
            .env("MALLOC_ARENA_MAX", "2")
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command.spawn().map_err(|error| CompileError::NotStarted { program: self.program.clone(), error })
    }

    /// All threads busy for the whole time.
    fn cpu_seconds(&self, bounds: CompileBounds) -> u64 {
        (bounds.time.as_secs() + 1) * self.threads as u64
    }
}

async fn last_words(errors: impl AsyncRead + Unpin) -> String {
    let mut words = Vec::new();
    // What cannot be read any more is missing from a message, no more.
    let _ = errors.take(LAST_WORDS_BYTES).read_to_end(&mut words).await;
    String::from_utf8_lossy(&words).into_owned()
}

/// One message. What is an error here ends the process: there is nothing to wait for.
async fn heard(
    answers: &mut (impl AsyncRead + Unpin),
    bounds: CompileBounds,
) -> Result<Result<(Kind, Vec<u8>), WireError>, CompileError> {
    match wire::receive(answers, bounds.code_bytes_max()).await {
        Err(WireError::TooLong(found)) => Err(CompileError::CodeTooLong { found, max: bounds.code_bytes_max() }),
        Err(foreign @ WireError::Foreign(_)) => Err(CompileError::Garbled(foreign.to_string())),
        answer => Ok(answer),
    }
}

async fn ended(child: &mut Child) -> Result<ExitStatus, CompileError> {
    child.wait().await.map_err(|error| CompileError::Broke(error.to_string()))
}

/// An answer counts only if it is whole and its sender ended well.
fn judged(
    status: ExitStatus,
    answer: Result<(Kind, Vec<u8>), WireError>,
    words: &str,
    bounds: CompileBounds,
) -> Result<Vec<u8>, CompileError> {
    if let Some(error) = CompileError::of_ending(status, words, bounds) {
        return Err(error);
    }
    match answer {
        Ok((Kind::Code, code)) => Ok(code),
        Ok((Kind::Refused, text)) => Err(CompileError::Refused(error::printable(&String::from_utf8_lossy(&text)))),
        Ok((Kind::Job | Kind::Functions | Kind::Component, _)) => {
            Err(CompileError::Garbled("an order came back".to_owned()))
        }
        Err(error) => Err(CompileError::Garbled(error.to_string())),
    }
}
