//! The compiling process: takes one job, binds itself to its bounds, compiles, answers and ends. It
//! reads no file and holds no key.

use std::io::{self, Read, Write};

use rustix::process::{
    Resource, Rlimit, Signal, getpriority_process, getrlimit, nice, set_parent_process_death_signal, setrlimit,
};

use super::{
    CODE_SHARE, made,
    wire::{self, Job, Kind},
};

/// Address space beyond what may be written: the program itself, its stacks, and what allocators
/// reserve without using it.
const ADDRESS_ROOM_BYTES: u64 = 512 << 20;
/// Input, output, errors, and what the runtime opens for itself.
const DESCRIPTORS_MAX: u64 = 32;
/// Requests come before compilations, but not so far that an honest one misses its time on busy cores.
const NICENESS: i32 = 5;
/// A job is a few numbers.
const JOB_BYTES_MAX: u64 = 64;

/// Compiles one component: what a program does that somebody names as compiler in
/// [`Config::compiler`](crate::Config::compiler), when it is called with the single argument `compile`.
/// `input` and `output` are its standard input and output. The process must not have begun anything
/// else, since it is bounded in memory and time from here on.
///
/// # Errors
///
/// The orders make no sense, or nobody takes the answer; the process should end with a failure.
pub fn answer(mut input: impl Read, mut output: impl Write) -> io::Result<()> {
    let job = job(&mut input)?;
    bind(&job)?;
    let (component, functions) = match wire::hear(&mut input, job.memory_bytes).map_err(io::Error::other)? {
        (Kind::Functions, known) => (expect(&mut input, Kind::Component, job.memory_bytes)?, Some(known)),
        (Kind::Component, component) => (component, None),
        (heard, _) => return Err(io::Error::other(format!("{heard:?} instead of {:?}", Kind::Component))),
    };
    let wanted = functions.is_some();
    match made(job.flavour, &component, functions, job.memory_bytes / CODE_SHARE) {
        Ok(made) => {
            if wanted {
                wire::tell(&mut output, Kind::Functions, &made.functions)?;
            }
            wire::tell(&mut output, Kind::Code, &made.code)
        }
        Err(error) => wire::tell(&mut output, Kind::Refused, format!("{error:#}").as_bytes()),
    }
}

fn job(input: &mut impl Read) -> io::Result<Job> {
    let job = expect(input, Kind::Job, JOB_BYTES_MAX)?;
    Job::parse(&job).ok_or_else(|| io::Error::other("the job is of another version"))
}

fn expect(input: &mut impl Read, kind: Kind, bytes_max: u64) -> io::Result<Vec<u8>> {
    match wire::hear(input, bytes_max).map_err(io::Error::other)? {
        (heard, bytes) if heard == kind => Ok(bytes),
        (heard, _) => Err(io::Error::other(format!("{heard:?} instead of {kind:?}"))),
    }
}

/// Before the component is even read, so that nothing of it meets an unbounded process.
fn bind(job: &Job) -> io::Result<()> {
    // A server that is killed cannot end its compilers.
    set_parent_process_death_signal(Some(Signal::KILL))?;
    // A thread that stands back has passed that on to this process.
    nice((NICENESS - getpriority_process(None)?).max(0))?;
    for (resource, most) in [
        (Resource::Core, 0),
        (Resource::Fsize, 0),
        (Resource::Nofile, DESCRIPTORS_MAX),
        (Resource::Cpu, job.cpu_seconds),
        (Resource::Data, job.memory_bytes),
        (Resource::As, job.memory_bytes.saturating_add(ADDRESS_ROOM_BYTES)),
    ] {
        lower(resource, most)?;
    }
    Ok(())
}

/// What is bounded more tightly already stays so.
fn lower(resource: Resource, most: u64) -> io::Result<()> {
    let most = getrlimit(resource).maximum.map_or(most, |already| already.min(most));
    setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?;
    Ok(())
}
