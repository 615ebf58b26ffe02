//! A directory of routes and files in a temporary place, and the site it loads into, asked without a socket.

use std::{
    convert::Infallible,
    fs,
    path::{Path, PathBuf},
};

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt as _, Full, channel::Channel, channel::Sender, combinators::BoxBody};
use routelet::{Config, Fault, config::Surroundings};
use serde_json::Value;
use tempfile::TempDir;

use crate::{Guest, eventually, guests::target_dir};

/// The body of a request a test makes.
pub type RequestBody = BoxBody<Bytes, Infallible>;

/// A site being written.
#[derive(Debug)]
pub struct SiteDir {
    dir: TempDir,
}

impl SiteDir {
    /// An empty site. Its compiled code goes to one cache for the whole test run, not to the user's.
    pub fn new() -> Self {
        let site = Self { dir: TempDir::new().expect("a temporary directory") };
        fs::create_dir(site.path().join("app")).expect("a fresh directory");
        site
    }

    /// A site with one guest at `/`.
    pub fn of(guest: Guest) -> Self {
        Self::new().route("", guest)
    }

    /// Puts a guest under a path of `app/`, written as directories: `users/[id]`.
    #[must_use]
    pub fn route(self, path: &str, guest: Guest) -> Self {
        self.component(path, &guest.bytes())
    }

    /// Puts component bytes under a path of `app/`.
    #[must_use]
    pub fn component(self, path: &str, bytes: &[u8]) -> Self {
        self.write(Path::new("app").join(path).join("route.wasm"), bytes);
        self
    }

    /// Writes a file, its path relative to the site.
    #[must_use]
    pub fn file(self, path: &str, text: impl AsRef<[u8]>) -> Self {
        self.write(path, text);
        self
    }

    /// Writes `app/segment.toml`.
    #[must_use]
    pub fn policy(self, text: &str) -> Self {
        self.file("app/segment.toml", text)
    }

    /// Writes or replaces a file whole: a reader sees the old one or the new one.
    pub fn write(&self, path: impl AsRef<Path>, text: impl AsRef<[u8]>) {
        write_whole(&self.path().join(path), text.as_ref());
    }

    /// The directory.
    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    /// The site this directory loads into; a fault fails the test.
    pub async fn load(self) -> TestSite {
        match self.try_load().await {
            Ok(site) => TestSite { dir: self, site },
            Err(faults) => panic!("the site does not load:\n{}", faults.join("\n")),
        }
    }

    /// The site as somebody sees it who is writing it: what is faulty or fails shows why.
    pub async fn load_diagnosing(self) -> TestSite {
        let config = config(self.path()).expect("good settings");
        let site = routelet::Site::load_diagnosing(self.path(), config, Vec::new()).await.expect("a site");
        TestSite { dir: self, site }
    }

    /// What is wrong with this directory, one message for each fault; a site that loads fails the test.
    pub async fn faults(&self) -> Vec<String> {
        self.try_load().await.expect_err("the site loads, though it should not")
    }

    /// The site, or one message for each fault.
    pub async fn try_load(&self) -> Result<routelet::Site, Vec<String>> {
        let config = config(self.path()).map_err(|faults| messages(&faults))?;
        let site = routelet::Site::load(self.path(), config).await;
        site.map_err(|error| messages(error.faults()))
    }
}

impl Default for SiteDir {
    fn default() -> Self {
        Self::new()
    }
}

fn write_whole(path: &Path, bytes: &[u8]) {
    let parent = path.parent().expect("a file lies in a directory");
    fs::create_dir_all(parent).expect("a writable directory");
    let fresh = tempfile::NamedTempFile::new_in(parent).expect("a writable directory");
    fs::write(fresh.path(), bytes).expect("room on the disk");
    fresh.persist(path).expect("one file system");
}

fn messages(faults: &[Fault]) -> Vec<String> {
    faults.iter().map(ToString::to_string).collect()
}

/// The cache of compiled code all tests of a run share.
pub fn code_cache() -> PathBuf {
    target_dir().join("guests/compiled")
}

/// As `routelet.toml` says, whatever the variables of the machine.
fn config(dir: &Path) -> Result<Config, Vec<Fault>> {
    let surroundings = Surroundings { site: dir.to_owned(), ..Surroundings::default() };
    let mut config = Config::load(&[], &surroundings)?;
    config.cache_dir = Some(code_cache());
    Ok(config)
}

/// A loaded site and the directory it came from.
#[derive(Debug)]
pub struct TestSite {
    dir: SiteDir,
    site: routelet::Site,
}

impl TestSite {
    /// The same directory, loaded as if it had never been.
    pub async fn again(self) -> Self {
        self.dir.load().await
    }

    /// The answer to a request without a body.
    pub async fn respond(&self, method: &str, target: &str) -> Answer {
        self.answer(request(method, target)).await
    }

    /// The answer to GET.
    pub async fn get(&self, target: &str) -> Answer {
        self.respond("GET", target).await
    }

    /// The answer to POST with that body.
    pub async fn post(&self, target: &str, body: impl Into<Bytes>) -> Answer {
        self.answer(request("POST", target).map(|_| full(body))).await
    }

    /// The whole answer to a request.
    pub async fn answer(&self, request: Request<RequestBody>) -> Answer {
        let what = format!("{} {}", request.method(), request.uri());
        eventually(&what, async { Answer::read(self.open(request).await).await }).await
    }

    /// The answer to a request as soon as its head is there.
    pub async fn open(&self, request: Request<RequestBody>) -> Response<routelet::Body> {
        routelet::respond(&self.site, request).await
    }

    /// The library's own site.
    pub fn site(&self) -> &routelet::Site {
        &self.site
    }

    /// The directory, to change it.
    pub fn dir(&self) -> &SiteDir {
        &self.dir
    }

    /// How many guests were started so far.
    pub fn guests_started(&self) -> u64 {
        self.site.guests_started()
    }

    /// Waits until a guest runs.
    pub async fn busy(&self) {
        while self.site.guests_running() == 0 {
            tokio::task::yield_now().await;
        }
    }

    /// Waits until no guest runs any more, those included that outlive their answer.
    pub async fn idle(&self) {
        let ended = async {
            while self.site.guests_running() > 0 {
                tokio::task::yield_now().await;
            }
        };
        eventually("all guests end", ended).await;
    }

    /// Loads the directory anew; the messages where it is faulty.
    pub async fn reload(&self) -> Result<(), Vec<String>> {
        self.site.reload().await.map_err(|error| messages(error.faults()))
    }
}

/// A request without a body, as it comes from a client of `localhost`.
pub fn request(method: &str, target: &str) -> Request<RequestBody> {
    let request = Request::builder().method(method).uri(target).header("host", "localhost");
    request.body(full("")).expect("the test spells a valid request")
}

/// A body of known bytes.
pub fn full(body: impl Into<Bytes>) -> RequestBody {
    Full::new(body.into()).boxed()
}

/// A body the test sends piece by piece; dropping the sender ends it.
pub fn channel() -> (Sender<Bytes, Infallible>, RequestBody) {
    let (sender, body) = Channel::new(1);
    (sender, body.boxed())
}

/// A whole answer, or as much of it as came before it broke.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its headers.
    pub headers: HeaderMap,
    /// The bytes of its body that came.
    pub body: Vec<u8>,
    /// Whether the body came to its end; false where it was aborted.
    pub complete: bool,
}

impl Answer {
    /// Reads a response to its end.
    pub async fn read<B>(response: Response<B>) -> Self
    where
        B: http_body::Body<Data = Bytes> + Unpin,
    {
        let (head, mut body) = response.into_parts();
        let mut answer = Self { status: head.status.as_u16(), headers: head.headers, body: Vec::new(), complete: true };
        while let Some(frame) = body.frame().await {
            let Ok(frame) = frame else {
                answer.complete = false;
                break;
            };
            answer.body.extend(frame.into_data().unwrap_or_default());
        }
        answer
    }

    /// The body as text.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("a text body")
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// A header, empty where it is absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("a text header"))
    }
}
