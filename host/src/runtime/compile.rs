//! A component's bytes to native code, within bounds. It starts and ends the compiling process and
//! judges what comes back; it neither keeps nor loads the code.

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
use wasmtime::Engine;

use super::engine::Flavour;
use crate::policy::Limits;

mod child;
mod error;
#[cfg(test)]
mod tests;
mod wire;

pub use child::answer;
pub(crate) use error::CompileError;
use wire::{Job, Kind, WireError};

/// The word that makes a program of ours the compiling process.
const SUBCOMMAND: &str = "compile";
/// Threads of one compiling process: with more of them, what each holds outgrows the bound on memory.
const THREADS_MAX: usize = 4;
/// Code is held several times over while it is made, so what is made is a part of the memory at most.
const CODE_SHARE: u64 = 4;
/// As much as is kept of what a compiling process says when it breaks.
const LAST_WORDS_BYTES: u64 = 4 << 10;

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
    /// As many processes at a time as there are cores.
    seats: Arc<Semaphore>,
}

/// What compiling one component may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CompileBounds {
    /// Time on the clock.
    pub(crate) time: Duration,
    /// Memory of the compiling process.
    pub(crate) memory_bytes: u64,
}

impl CompileBounds {
    /// Those of a route.
    pub(crate) fn of(limits: &Limits) -> Self {
        Self { time: limits.compile_time, memory_bytes: limits.compile_memory_bytes }
    }

    fn code_bytes_max(self) -> u64 {
        self.memory_bytes / CODE_SHARE
    }
}

impl Compiler {
    /// In processes of `program`, or in this one.
    pub(crate) fn new(program: Option<PathBuf>) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let workshop =
            |program| Workshop { program, threads: cores.min(THREADS_MAX), seats: Arc::new(Semaphore::new(cores)) };
        program.map_or(Self::InProcess, |program| Self::Child(workshop(program)))
    }

    /// The code of a component for an engine of this flavour. It blocks, and outside this process
    /// it needs the async runtime around it.
    pub(crate) fn code(
        &self,
        engine: &Engine,
        flavour: Flavour,
        component: &[u8],
        bounds: CompileBounds,
    ) -> Result<Vec<u8>, CompileError> {
        match self {
            Self::InProcess => {
                engine.precompile_component(component).map_err(|error| CompileError::Refused(format!("{error:#}")))
            }
            Self::Child(workshop) => {
                let running = tokio::runtime::Handle::current();
                running.block_on(workshop.code(flavour, component, bounds))
            }
        }
    }
}

impl Workshop {
    async fn code(&self, flavour: Flavour, component: &[u8], bounds: CompileBounds) -> Result<Vec<u8>, CompileError> {
        let _seat = self.seats.acquire().await.expect("the semaphore is never closed");
        let job = Job { flavour, memory_bytes: bounds.memory_bytes, cpu_seconds: self.cpu_seconds(bounds) };
        // The process ends with this future: it is killed when dropped.
        let code = tokio::time::timeout(bounds.time, self.order(job, component, bounds));
        code.await.unwrap_or(Err(CompileError::TimeSpent(bounds.time)))
    }

    async fn order(&self, job: Job, component: &[u8], bounds: CompileBounds) -> Result<Vec<u8>, CompileError> {
        let mut child = self.start()?;
        let mut orders = child.stdin.take().expect("it is piped");
        let mut answers = child.stdout.take().expect("it is piped");
        let words = last_words(child.stderr.take().expect("it is piped"));
        let ask = async move {
            // A process that has ended takes no orders; how it ended says why.
            let _ = wire::send(&mut orders, Kind::Job, &job.bytes()).await;
            let _ = wire::send(&mut orders, Kind::Component, component).await;
            Ok(())
        };
        // What ends this future ends the process: there is nothing to wait for.
        let hear = async move {
            match wire::receive(&mut answers, bounds.code_bytes_max()).await {
                Err(WireError::TooLong(found)) => {
                    Err(CompileError::CodeTooLong { found, max: bounds.code_bytes_max() })
                }
                Err(foreign @ WireError::Foreign(_)) => Err(CompileError::Garbled(foreign.to_string())),
                answer => Ok(answer),
            }
        };
        let ((), answer, words) = tokio::try_join!(ask, hear, async { Ok(words.await) })?;
        let status = ended(&mut child).await?;
        judged(status, answer, &words, bounds)
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
        Ok((Kind::Job | Kind::Component, _)) => Err(CompileError::Garbled("an order came back".to_owned())),
        Err(error) => Err(CompileError::Garbled(error.to_string())),
    }
}
