//! The program itself: what it prints, what it logs, how signals end it.

use std::{
    env, fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Stdio,
    sync::{Arc, Mutex},
    time::Duration,
};

pub use rustix::process::Signal;
use rustix::process::{Pid, Resource, Rlimit, kill_process, prlimit};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, BufReader},
    process::{Child, ChildStdout, Command},
    sync::Notify,
    task::JoinHandle,
};

use crate::{eventually, guests::target_dir, site::code_cache};

/// In which Linux tells processor time.
const TICKS_PER_SECOND: u64 = 100;

/// A built program.
#[derive(Debug, Clone)]
pub struct Program {
    path: PathBuf,
}

/// What a finished program left.
#[derive(Debug)]
pub struct Finished {
    /// Its exit code.
    pub code: i32,
    /// Its standard output.
    pub stdout: String,
    /// Its standard error.
    pub stderr: String,
}

impl Program {
    /// The program at that path.
    pub fn at(path: impl AsRef<Path>) -> Self {
        Self { path: path.as_ref().to_owned() }
    }

    /// Runs to the end.
    pub async fn run<A: AsRef<std::ffi::OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Finished {
        let output = eventually("the program ends", self.command(arguments).output()).await;
        let output = output.expect("the program can be started");
        Finished { code: output.status.code().unwrap_or(-1), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// Starts `serve` with that directory and waits until it listens.
    pub async fn serve(&self, dir: &Path) -> Serving {
        self.start(["serve".as_ref(), dir.as_os_str(), "--listen".as_ref(), "127.0.0.1:0".as_ref()]).await
    }

    /// Starts with these arguments and waits until it listens.
    pub async fn start<A: AsRef<std::ffi::OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Serving {
        let mut child = self.command(arguments).spawn().expect("the program can be started");
        let log = Log::reading(child.stderr.take().expect("it is piped"));
        let mut stdout = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut first = String::new();
        eventually("the program listens", stdout.read_line(&mut first)).await.expect("text");
        let url = first.trim().strip_prefix("listening on http").map(|rest| rest.trim_start_matches('s'));
        let Some(address) = url.and_then(|rest| rest.strip_prefix("://")) else {
            panic!("not listening: {first:?}\n{}", log.lines.all().join("\n"));
        };
        let address = address.parse().expect("an address and a port");
        Serving { address, child, stdout, log }
    }

    fn command<A: AsRef<std::ffi::OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Command {
        let mut command = Command::new(&self.path);
        command.args(arguments).kill_on_drop(true);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // The program takes its settings from variables, and refuses those it does not know.
        let settings = env::vars_os().map(|(name, _)| name);
        settings.filter(|name| name.as_encoded_bytes().starts_with(b"ROUTELET_")).for_each(|name| {
            command.env_remove(name);
        });
        command.env("ROUTELET_CACHE_DIR", code_cache());
        // Asked for backtraces, a program reads its own debug information on the first error, which takes 100 MB.
        command.env("RUST_BACKTRACE", "0");
        // Where stores are by default; every test has a site of its own, and so stores of its own.
        command.env_remove("STATE_DIRECTORY").env("XDG_DATA_HOME", target_dir().join("guests/data"));
        command
    }
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("the program prints UTF-8")
}

/// A program that serves; dropping it kills it.
#[derive(Debug)]
pub struct Serving {
    /// Where it listens.
    pub address: SocketAddr,
    child: Child,
    stdout: BufReader<ChildStdout>,
    log: Log,
}

impl Serving {
    /// The next line of its standard output.
    pub async fn line(&mut self) -> String {
        let mut line = String::new();
        eventually("a line on stdout", self.stdout.read_line(&mut line)).await.expect("text");
        line.trim_end().to_owned()
    }

    /// The first log line, past or to come, that holds the text.
    pub async fn logged(&self, text: &str) -> String {
        let line = self.log.lines.line_with(text);
        eventually(&format!("a log line with {text:?}"), line).await
    }

    /// The first log line behind the first `seen` of them, past or to come, that holds the text.
    pub async fn logged_after(&self, seen: usize, text: &str) -> String {
        eventually(&format!("a further log line with {text:?}"), self.log.lines.line_after(seen, text)).await
    }

    /// All log lines so far.
    pub fn log(&self) -> Vec<String> {
        self.log.lines.all()
    }

    /// What it said of panics of its own; those of guests are told as what guests print.
    pub fn panics(&self) -> Vec<String> {
        let lines = self.log().into_iter();
        let tells = |line: &String| line.contains("\"event\":\"panic\"") || line.contains("panicked at");
        lines.filter(|line| tells(line) && !line.contains("\"event\":\"guest\"")).collect()
    }

    /// Sends a signal.
    pub fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).expect("it runs");
    }

    /// Waits for its end, and returns its exit code.
    pub async fn ended(self) -> i32 {
        self.ended_with_log().await.0
    }

    /// Waits for its end, and returns its exit code and all it logged.
    pub async fn ended_with_log(self) -> (i32, Vec<String>) {
        // The program may print until its end, so its output stays open.
        let Self { mut child, log, stdout: _stdout, .. } = self;
        let status = eventually("the program ends", child.wait()).await;
        let Log { lines, reader } = log;
        reader.await.expect("the reader ends with the program");
        let code = status.expect("a child").code().unwrap_or(-1);
        (code, lines.all())
    }

    /// The memory it holds now, in bytes.
    pub fn resident_bytes(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid())).expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("Linux says it");
        let kib: u64 = line.trim().trim_end_matches(" kB").parse().expect("a number");
        kib * 1024
    }

    /// What the system holds of its answers, in bytes: written, and not yet received by a client.
    pub fn queued_bytes(&self) -> u64 {
        let sockets = fs::read_to_string(format!("/proc/{}/net/tcp", self.pid())).expect("it runs");
        let port = format!(":{:04X}", self.address.port());
        // The second field is its own address, the fifth what is to be sent and to be received.
        let ours = sockets.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
        let ours = ours.filter(|fields| fields[1].ends_with(&port));
        ours.map(|fields| u64::from_str_radix(&fields[4][..8], 16).expect("a number")).sum()
    }

    /// How many descriptors it holds open now.
    pub fn descriptors(&self) -> u64 {
        fs::read_dir(format!("/proc/{}/fd", self.pid())).expect("it runs").count() as u64
    }

    /// Lets it open so many descriptors and no more.
    pub fn limit_descriptors(&self, most: u64) {
        let limit = Rlimit { current: Some(most), maximum: Some(most) };
        prlimit(Some(self.pid()), Resource::Nofile, limit).expect("a limit may be lowered");
    }

    /// The processor time it has taken so far.
    pub fn cpu(&self) -> Duration {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.pid())).expect("it runs");
        // The name in brackets may hold spaces; user and system time are the 12th and 13th field behind it.
        let fields = stat.rsplit(')').next().expect("a name in brackets").split_whitespace();
        let ticks: u64 = fields.skip(11).take(2).map(|field| field.parse::<u64>().expect("a number")).sum();
        Duration::from_millis(ticks * 1_000 / TICKS_PER_SECOND)
    }

    fn pid(&self) -> Pid {
        let id = self.child.id().expect("it runs");
        Pid::from_raw(id.cast_signed()).expect("a process id is positive")
    }
}

#[derive(Debug)]
struct Log {
    lines: Arc<Lines>,
    reader: JoinHandle<()>,
}

/// What was logged so far, and a bell for each line.
#[derive(Debug, Default)]
struct Lines {
    lines: Mutex<Vec<String>>,
    bell: Notify,
}

impl Log {
    fn reading(stderr: impl AsyncRead + Unpin + Send + 'static) -> Self {
        let lines = Arc::new(Lines::default());
        let shared = lines.clone();
        let reader = tokio::spawn(async move {
            let mut input = BufReader::new(stderr).lines();
            while let Ok(Some(line)) = input.next_line().await {
                shared.push(line);
            }
        });
        Self { lines, reader }
    }
}

impl Lines {
    fn push(&self, line: String) {
        self.lines.lock().expect("no panic while held").push(line);
        self.bell.notify_waiters();
    }

    fn all(&self) -> Vec<String> {
        self.lines.lock().expect("no panic while held").clone()
    }

    async fn line_with(&self, text: &str) -> String {
        self.line_after(0, text).await
    }

    async fn line_after(&self, mut seen: usize, text: &str) -> String {
        loop {
            let news = self.bell.notified();
            tokio::pin!(news);
            // Listening begins before looking, so that no line falls between the two.
            news.as_mut().enable();
            if let Some(line) = self.line_behind(&mut seen, text) {
                return line;
            }
            news.await;
        }
    }

    /// The first line with the text behind those already seen: a long log is read once.
    fn line_behind(&self, seen: &mut usize, text: &str) -> Option<String> {
        let lines = self.lines.lock().expect("no panic while held");
        let found = lines[*seen..].iter().find(|line| line.contains(text)).cloned();
        *seen = lines.len();
        found
    }
}
