//! A site: the one join of file tree, routing, runtime and policy. A request sees one table of it
//! from beginning to end; a reload builds the next table whole and swaps it in.

use std::{
    collections::{HashMap, HashSet},
    fmt,
    hash::{BuildHasher, RandomState},
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use arc_swap::ArcSwap;

mod directories;
mod explain;
mod last_good;
mod listing;
mod load;
pub mod lock;
mod policies;
mod route;
pub mod settings;
mod stores;
pub mod tree;
mod ungranted;
#[cfg(feature = "cli")]
pub mod watch;

pub use self::route::Diagnosis;
pub(crate) use self::route::{ComponentRoute, MethodSet, Served, StaticFile};
pub use self::{explain::Explanation, listing::RouteListing, ungranted::Ungranted};

use crate::{
    Fault,
    config::{Compiler, Config, Secrets},
    routing::{PathRules, RouteTable},
    runtime::{
        admission::Gate,
        failures::FailureLog,
        host::{Host, HostSettings},
        prepared::Prepared,
        threads::Threads,
        warming::Warming,
    },
};

/// A directory of routes, loaded and ready to answer; cheap to clone.
///
/// ```no_run
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// use routelet::{Config, Site};
///
/// let site = Site::load("my-site/dist", Config::default()).await?;
/// for route in site.routes() {
///     println!("{} {}", route.pattern, route.methods.join(", "));
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Site(Arc<Inner>);

struct Inner {
    dir: PathBuf,
    config: Config,
    rules: PathRules,
    on_fault: OnFault,
    host: Host,
    gate: Gate,
    table: ArcSwap<Table>,
    /// Of the table that is served.
    warming: Mutex<Option<Warming>>,
    /// Held while a reload is under way, so that tables are swapped in the order of their reads.
    reload: tokio::sync::Mutex<()>,
    request_ids: RequestIds,
}

/// What a fault of one route means for the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnFault {
    /// Nothing is loaded: one owner, one state.
    Refuse,
    /// The faulty route alone is out of service, or keeps its last good version.
    Isolate,
    /// The faulty route answers with its diagnosis, for the person who is writing it.
    Diagnose,
}

/// One state of a site. It never changes once it is published.
#[derive(Default)]
pub(crate) struct Table {
    pub(crate) routes: RouteTable<Served>,
    /// Files served as they are, by the decoded segments of their path.
    pub(crate) public: HashMap<Vec<String>, Arc<StaticFile>>,
    /// What is wrong with the routes left out.
    pub(crate) faults: Vec<Fault>,
    last_good: last_good::LastGood,
    /// The root segment's `write-stall`, for files and for answers that the host makes itself.
    pub(crate) write_stall: Duration,
}

impl Table {
    /// The components whose code is not loaded yet, each once, in the order of their routes.
    fn cold(&self) -> Vec<Prepared> {
        let mut seen = HashSet::new();
        let prepared = self.routes.iter().filter_map(|route| match route.value {
            Served::Component(route) if seen.insert(route.digest) => Some(route.handler.prepared()),
            Served::Component(_) | Served::File(_) | Served::Faulty(_) => None,
        });
        prepared.filter(|prepared| !prepared.is_loaded()).cloned().collect()
    }
}

/// A site that does not load, with everything that is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadError(Vec<Fault>);

impl LoadError {
    /// Everything that is wrong, by file.
    pub fn faults(&self) -> &[Fault] {
        &self.0
    }
}

impl From<Vec<Fault>> for LoadError {
    fn from(mut faults: Vec<Fault>) -> Self {
        faults.sort_by(|one, other| (&one.file, one.line, &one.found).cmp(&(&other.file, other.line, &other.found)));
        faults.dedup();
        Self(faults)
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<_> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for LoadError {}

impl Site {
    /// Loads the site in `dir`: `dir/app` where there is one, else `dir` itself.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the directory, together. With `owners = "many"` only what is
    /// wrong with the root segment or with the directory as a whole; see [`Site::faults`] for the rest.
    pub async fn load(dir: impl AsRef<Path>, config: Config) -> Result<Self, LoadError> {
        let on_fault = match config.owners {
            crate::config::Owners::One => OnFault::Refuse,
            crate::config::Owners::Many => OnFault::Isolate,
        };
        Self::open(dir.as_ref(), config, on_fault, Vec::new()).await
    }

    /// Loads a site that is being written: a faulty route answers with its diagnosis. `faults` are
    /// those of routes whose source did not become a component, each at the component's file.
    pub async fn load_diagnosing(
        dir: impl AsRef<Path>,
        config: Config,
        faults: Vec<Diagnosis>,
    ) -> Result<Self, LoadError> {
        Self::open(dir.as_ref(), config, OnFault::Diagnose, faults).await
    }

    /// Reads the directory and the secrets anew and swaps the new state in; requests under way finish on the old one.
    ///
    /// # Errors
    ///
    /// As [`Site::load`]; the old state then stays whole.
    pub async fn reload(&self) -> Result<(), LoadError> {
        self.reload_diagnosing(Vec::new()).await
    }

    /// [`Site::reload`] for a site loaded by [`Site::load_diagnosing`].
    ///
    /// # Errors
    ///
    /// As [`Site::reload`].
    pub async fn reload_diagnosing(&self, faults: Vec<Diagnosis>) -> Result<(), LoadError> {
        let _one_at_a_time = self.0.reload.lock().await;
        let inner = self.0.clone();
        let table = blocking(move || inner.next_table(&inner.table.load(), faults)).await?;
        self.0.publish(table);
        Ok(())
    }

    /// What is wrong with the routes that are out of service.
    pub fn faults(&self) -> Vec<Fault> {
        self.0.table.load().faults.clone()
    }

    /// How many instances were made so far.
    pub fn guests_started(&self) -> u64 {
        self.0.host.census().started()
    }

    /// How many guests run now; one of very many core modules counts as several.
    pub fn guests_running(&self) -> usize {
        self.0.gate.running()
    }

    /// Ends when the guests that outlive their response have ended.
    pub(crate) async fn guests_ended(&self) {
        self.0.host.census().all_ended().await;
    }

    /// Where what works for its guests is polled.
    pub(crate) fn threads(&self) -> Threads {
        self.0.host.census().threads()
    }

    /// Where lines about failures of its routes go.
    pub(crate) fn failures(&self) -> FailureLog {
        self.0.host.census().failures()
    }

    /// The settings the site was loaded with.
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// Where the site lies.
    pub(crate) fn dir(&self) -> &Path {
        &self.0.dir
    }

    pub(crate) fn table(&self) -> Arc<Table> {
        self.0.table.load_full()
    }

    pub(crate) fn path_rules(&self) -> &PathRules {
        &self.0.rules
    }

    pub(crate) fn gate(&self) -> &Gate {
        &self.0.gate
    }

    /// A server of this site listens here: guests reach it only by a grant that writes the address out.
    pub(crate) fn listens_on(&self, address: SocketAddr) {
        self.0.host.outside().own.add(address);
    }

    pub(crate) fn next_request_id(&self) -> Arc<str> {
        self.0.request_ids.next()
    }

    pub(crate) fn shows_diagnoses(&self) -> bool {
        self.0.on_fault == OnFault::Diagnose
    }

    async fn open(dir: &Path, config: Config, on_fault: OnFault, faults: Vec<Diagnosis>) -> Result<Self, LoadError> {
        let dir = dir.to_owned();
        let inner = blocking(move || Inner::open(dir, config, on_fault, faults)).await?;
        Ok(Self(Arc::new(inner)))
    }
}

impl fmt::Debug for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Site").field("dir", &self.0.dir).finish_non_exhaustive()
    }
}

/// How long a request may wait for a guest of any route to end, once its own route admits it.
const SERVER_QUEUE_WAIT: Duration = Duration::from_secs(1);

impl Inner {
    fn open(dir: PathBuf, config: Config, on_fault: OnFault, faults: Vec<Diagnosis>) -> Result<Self, LoadError> {
        let rules = PathRules::new(&config.base_path, config.trailing_slash)
            .map_err(|error| vec![Fault::new("routelet.toml", error.to_string())])?;
        config.tls.refuse_served_key(&dir).map_err(|fault| vec![fault])?;
        let guests = config.server.concurrency;
        let settings = HostSettings {
            site: &dir,
            guests,
            wasi_0_3: config.wasi_0_3,
            outbound_connections: config.server.outbound_connections,
            stores: stores::at(&dir, &config.kv)?,
            open_files: config.server.open_files,
            cache_dir: config.cache_dir.as_deref(),
            cache_bytes: config.server.code_cache_bytes,
            compiler: match &config.compiler {
                Compiler::InProcess => None,
                Compiler::Child(program) => Some(program.clone()),
            },
        };
        let host =
            Host::new(&settings).map_err(|error| vec![Fault::new(&dir, format!("no engine for guests: {error:#}"))])?;
        let inner = Self {
            rules,
            on_fault,
            host,
            gate: Gate::new(guests, guests, SERVER_QUEUE_WAIT),
            table: ArcSwap::default(),
            warming: Mutex::default(),
            reload: tokio::sync::Mutex::default(),
            request_ids: RequestIds::default(),
            dir,
            config,
        };
        let table = inner.next_table(&Table::default(), faults)?;
        inner.publish(table);
        Ok(inner)
    }

    /// From now on this is served. What it has to load of code is loaded beside its first requests.
    fn publish(&self, table: Table) {
        let cold = table.cold();
        self.table.store(Arc::new(table));
        *self.warming.lock().unwrap_or_else(PoisonError::into_inner) = Warming::of(cold);
    }

    /// Reads the directory, and the secrets as they are now: they may have been rotated.
    fn next_table(&self, previous: &Table, faults: Vec<Diagnosis>) -> Result<Table, LoadError> {
        let secrets = Secrets::open(&self.dir, &self.config.secrets)?;
        let parts = load::Parts {
            dir: &self.dir,
            config: &self.config,
            secrets: &secrets,
            on_fault: self.on_fault,
            host: &self.host,
        };
        load::table(&parts, previous, faults)
    }
}

/// Loading reads files and compiles, which would hold up the tasks of the async runtime.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, LoadError> + Send + 'static,
) -> Result<T, LoadError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(broken) => std::panic::resume_unwind(broken.into_panic()),
    }
}

/// Ids that no client can guess and that do not repeat within a process.
#[derive(Debug, Default)]
struct RequestIds {
    key: RandomState,
    counter: AtomicU64,
}

fn hexadecimal(byte: u8) -> [u8; 2] {
    [byte >> 4, byte & 0xf].map(|digit| b"0123456789abcdef"[usize::from(digit)])
}

impl RequestIds {
    fn next(&self) -> Arc<str> {
        let count = self.counter.fetch_add(1, Ordering::Relaxed);
        let digits = self.key.hash_one(count).to_be_bytes().map(hexadecimal);
        str::from_utf8(digits.as_flattened()).expect("hexadecimal digits are ASCII").into()
    }
}
