//! The guests as files, built once per test run by the cargo that runs the tests.

use std::{
    env, fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

const TARGET: &str = "wasm32-wasip2";

include!(concat!(env!("OUT_DIR"), "/guest.rs"));

impl Guest {
    /// Where its component lies; builds all guests on first use.
    pub fn path(self) -> PathBuf {
        built().join(self.name()).with_extension("wasm")
    }

    /// The bytes of its component.
    pub fn bytes(self) -> Vec<u8> {
        fs::read(self.path()).expect("the build has just written it")
    }
}

/// The directory cargo writes to: the one this test was built in.
pub fn target_dir() -> PathBuf {
    let test = env::current_exe().expect("the system knows what it runs");
    let profile = test.ancestors().find(|dir| dir.ends_with("deps")).and_then(Path::parent);
    profile.and_then(Path::parent).expect("tests lie in TARGET/PROFILE/deps").to_owned()
}

/// Several test binaries may come here at once; cargo's own lock on the directory makes them queue.
fn built() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let target_dir = target_dir().join("guests");
        add_target();
        say("building the guests of the tests");
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.current_dir(env!("CARGO_MANIFEST_DIR"));
        command.args(["build", "--quiet", "--release", "--package", "routelet-guests", "--examples"]);
        command.args(["--target", TARGET, "--target-dir"]).arg(&target_dir);
        run(command);
        target_dir.join(TARGET).join("release/examples")
    })
}

fn add_target() {
    let libdir = Command::new("rustc").args(["--print", "target-libdir", "--target", TARGET]).output();
    let libdir = libdir.expect("rustc compiled this test").stdout;
    if !Path::new(String::from_utf8_lossy(&libdir).trim()).is_dir() {
        say("adding the Rust target wasm32-wasip2");
        let mut rustup = Command::new("rustup");
        rustup.args(["target", "add", TARGET]);
        run(rustup);
    }
}

fn run(mut command: Command) {
    let status = command.status().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(status.success(), "{command:?}: {status}");
}

/// Straight to standard error, past the test runner's capture: a build of seconds must not look like a hang.
fn say(line: &str) {
    let _ = writeln!(io::stderr(), "routelet-tests: {line}");
}
