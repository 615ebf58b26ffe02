//! A build program of the SDK, several at once, each given a route at a time. It neither installs
//! anything nor decides what has to be built, and knows no language.

use std::{
    collections::VecDeque,
    fs::{self, File},
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{ChildStdin, Command, Stdio},
    sync::{Mutex, PoisonError, mpsc},
    thread,
    time::Duration,
};

use serde::{Deserialize, Serialize};

use crate::{
    Failure, Fault, ToolError,
    language::Job,
    process::{Running, start_error},
};

/// Each holds half a gigabyte while it works.
const DRIVERS_MAX: usize = 4;

/// Programs that stay between builds, since starting one takes as long as a route.
#[derive(Debug, Default)]
pub(crate) struct Drivers {
    idle: Vec<Driver>,
}

/// How a build program is started.
pub(crate) struct Program<'a> {
    /// Where everything of the language lies, relative to the site; what the program says beside its
    /// answers goes to `build.log` in it.
    pub(crate) folder: &'static str,
    /// A route is evaluated while it is built, and code that does not end must not hold up the build for
    /// ever.
    pub(crate) route_time_max: Duration,
    pub(crate) command: &'a (dyn Fn() -> Result<Command, ToolError> + Sync),
}

/// One route to be built.
#[derive(Debug)]
pub(crate) struct Task {
    /// The source, relative to the site.
    pub(crate) source: PathBuf,
    /// Where the component goes, absolute.
    pub(crate) output: PathBuf,
}

/// What became of it.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Answer {
    /// The files it was made of, relative to the site.
    pub(crate) inputs: Vec<PathBuf>,
    pub(crate) warnings: Vec<Finding>,
    /// Empty where the component has been written.
    pub(crate) findings: Vec<Finding>,
}

/// One thing the build program says of a file.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Finding {
    text: String,
    file: PathBuf,
    line: Option<u32>,
    column: Option<u32>,
    line_text: String,
}

#[derive(Serialize)]
struct Order<'a> {
    site: &'a Path,
    source: &'a Path,
    output: &'a Path,
}

#[derive(Debug)]
struct Driver {
    process: Running,
    orders: ChildStdin,
    answers: mpsc::Receiver<String>,
    route_time_max: Duration,
    /// Where it says why it ended, relative to the site.
    log: String,
}

impl Finding {
    fn of(source: &Path, text: String) -> Self {
        Self { text, file: source.to_owned(), line: None, column: None, line_text: String::new() }
    }

    /// Why there is no component: the first of them, and all of them in full.
    pub(crate) fn failure(first: &Self, all: &[Self]) -> Failure {
        let rendered: Vec<_> = all.iter().map(Self::rendered).collect();
        Failure { fault: first.fault(), rendered: rendered.join("\n\n") }
    }

    /// In one line.
    fn fault(&self) -> Fault {
        let first = self.text.lines().next().unwrap_or_default();
        Fault::new(&self.file, first, "", "").at_line(self.line)
    }

    /// With the line of the source it points to.
    pub(crate) fn rendered(&self) -> String {
        let mut text = self.file.display().to_string();
        for place in [self.line, self.column].into_iter().flatten() {
            text.push_str(&format!(":{place}"));
        }
        text.push_str(&format!(": {}", self.text));
        if !self.line_text.is_empty() {
            let column = usize::try_from(self.column.unwrap_or_default()).unwrap_or_default();
            text.push_str(&format!("\n    {}\n    {:column$}^", self.line_text, ""));
        }
        text
    }
}

impl Drivers {
    /// Builds all of them, as many at once as there are seats.
    pub(crate) fn run(
        &mut self,
        job: &Job<'_>,
        program: &Program<'_>,
        tasks: Vec<Task>,
    ) -> Result<Vec<(Task, Answer)>, Fault> {
        let wanted = job.seats.count().min(DRIVERS_MAX).min(tasks.len());
        while self.idle.len() < wanted {
            let driver = Driver::start(job, program).map_err(|error| error.into_fault(&tasks[0].source))?;
            self.idle.push(driver);
        }
        let queue = Mutex::new(VecDeque::from(tasks));
        let done = Mutex::new(Vec::new());
        let drivers = self.idle.drain(..).collect::<Vec<_>>();
        let kept = thread::scope(|scope| {
            let working = drivers.into_iter().map(|driver| scope.spawn(|| work(driver, job, program, &queue, &done)));
            let working: Vec<_> = working.collect();
            working.into_iter().filter_map(|each| each.join().ok().flatten()).collect::<Vec<_>>()
        });
        self.idle = kept;
        Ok(done.into_inner().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Takes tasks until there is none left; a driver that failed is replaced.
fn work(
    driver: Driver,
    job: &Job<'_>,
    program: &Program<'_>,
    queue: &Mutex<VecDeque<Task>>,
    done: &Mutex<Vec<(Task, Answer)>>,
) -> Option<Driver> {
    let mut driver = Some(driver);
    loop {
        let task = queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        let Some(task) = task else { return driver };
        let _seat = job.seats.take();
        let mut worker = match driver.take().map_or_else(|| Driver::start(job, program), Ok) {
            Ok(worker) => worker,
            Err(error) => {
                let answer = Answer::failed(&task.source, error.to_string());
                done.lock().unwrap_or_else(PoisonError::into_inner).push((task, answer));
                continue;
            }
        };
        let answer = match worker.build(job, &task) {
            Ok(answer) => {
                driver = Some(worker);
                answer
            }
            Err(why) => Answer::failed(&task.source, why),
        };
        done.lock().unwrap_or_else(PoisonError::into_inner).push((task, answer));
    }
}

impl Answer {
    fn failed(source: &Path, why: String) -> Self {
        Self { findings: vec![Finding::of(source, why)], ..Self::default() }
    }
}

impl Driver {
    fn start(job: &Job<'_>, program: &Program<'_>) -> Result<Self, ToolError> {
        let folder = job.site.join(program.folder);
        let log = fs::create_dir_all(&folder).and_then(|()| File::create(folder.join("build.log")));
        let mut command = (program.command)()?;
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(log.map_or_else(|_| Stdio::null(), Stdio::from));
        let mut process = Running(command.spawn().map_err(|source| start_error(&command, source))?);
        let orders = process.0.stdin.take().expect("it is piped");
        let answers = lines(process.0.stdout.take().expect("it is piped"));
        let log = format!("{}/build.log", program.folder);
        Ok(Self { process, orders, answers, route_time_max: program.route_time_max, log })
    }

    /// An error means that this driver is of no use any more.
    fn build(&mut self, job: &Job<'_>, task: &Task) -> Result<Answer, String> {
        let order = Order { site: job.site, source: &task.source, output: &task.output };
        let mut line = serde_json::to_string(&order).map_err(|error| error.to_string())?;
        line.push('\n');
        let ended = || format!("the build program ended; {} says why", self.log);
        self.orders.write_all(line.as_bytes()).map_err(|_| ended())?;
        match self.answers.recv_timeout(self.route_time_max) {
            Ok(answer) => serde_json::from_str(&answer).map_err(|error| format!("the build program said: {error}")),
            Err(mpsc::RecvTimeoutError::Disconnected) => Err(ended()),
            Err(mpsc::RecvTimeoutError::Timeout) => {
                let _ = self.process.0.kill();
                Err(format!(
                    "building it took more than {} s; code outside its functions runs at build time and has to end",
                    self.route_time_max.as_secs()
                ))
            }
        }
    }
}

fn lines(stdout: impl std::io::Read + Send + 'static) -> mpsc::Receiver<String> {
    let (sender, lines) = mpsc::sync_channel(1);
    thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    lines
}
