//! A site whose routes a compiler from a package index builds, for the tests of those languages. It
//! asserts nothing of what they answer.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::Command,
};

use http::HeaderName;
use routelet_tests::{
    binary::{Program, Serving},
    client::ask,
    site::{Answer, full, request},
};
use tempfile::TempDir;

use crate::PROGRAM;

/// A site that goes away with the value.
pub(crate) struct Site {
    directory: TempDir,
}

impl Site {
    /// A site with these files and contents, the policy of its root among them where a test has its
    /// own.
    pub(crate) fn with(files: &[(&str, &str)]) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        keep_toolchains(directory.path());
        for (file, text) in [&PATIENT].into_iter().chain(files) {
            let file = directory.path().join(file);
            fs::create_dir_all(file.parent().expect("it lies in the site")).expect("writable");
            fs::write(file, text).expect("writable");
        }
        Self { directory }
    }

    /// Where it lies.
    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    /// Builds it, and returns what was said of it.
    pub(crate) async fn build(&self) -> String {
        let program = Program::at(PROGRAM);
        let built = program.run(["build".as_ref(), self.path().as_os_str(), "--strict".as_ref()]).await;
        assert_eq!(built.code, 0, "{}", built.stderr);
        built.stderr
    }

    /// Builds it and serves what came of it.
    pub(crate) async fn serve(&self) -> Serving {
        self.build().await;
        Program::at(PROGRAM).serve(&self.path().join("dist")).await
    }
}

/// Whether this machine has the Node.js that routes are built with; says which tests it has to do without.
pub(crate) fn has_node(tests: &str) -> bool {
    let is_recent = "process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)";
    let answers = |tool: &str, arguments: &[&str]| {
        Command::new(tool).args(arguments).output().is_ok_and(|answer| answer.status.success())
    };
    let has = answers("node", &["-e", is_recent]) && answers("npm", &["--version"]);
    if !has {
        // Past the test runner's capture, so that nobody takes it for a test.
        let _ = writeln!(io::stderr(), "skipped the tests of {tests}: no Node.js 20 or later with npm");
    }
    has
}

/// A component of Go is large, and the machine of a test may be busy.
pub(crate) const PATIENT: (&str, &str) = ("app/segment.toml", "[limits]\ncompile-time = \"10m\"\n");

/// Compilers of the package index stay from one test to the next, where the sample site keeps its own.
pub(crate) fn keep_toolchains(site: &Path) {
    fs::create_dir_all(kept_toolchains()).expect("writable");
    fs::create_dir_all(site.join(".routelet")).expect("writable");
    std::os::unix::fs::symlink(kept_toolchains(), site.join(".routelet/toolchains")).expect("fresh");
}

/// Where the sample site keeps them.
pub(crate) fn kept_toolchains() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../sample-routes/.routelet/toolchains")
}

pub(crate) async fn send(server: &Serving, method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut request = request(method, target);
    for (name, value) in headers {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("a name");
        request.headers_mut().insert(name, value.parse().expect("a value"));
    }
    ask(server.address, request.map(|_| full(body.to_owned()))).await
}
