//! The application in `tests/hono`, made a component as its author would make one. It is made once for each state of
//! what it is made of, since that takes half a minute.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::guests::target_dir;

/// The packages beside those that the SDK for JavaScript locks, whose componentize-js and esbuild are used here.
const PACKAGES: [&str; 1] = ["hono@4.13.19"];

/// Everything the component is made of, from the root of the repository to the folder it is made in.
const PARTS: [(&str, &str); 4] = [
    ("guest-sdk/js/package.json", "package.json"),
    ("guest-sdk/js/package-lock.json", "package-lock.json"),
    ("tests/hono/app.js", "app.js"),
    ("tests/hono/world.wit", "wit/world.wit"),
];

const INSTALL: [&str; 6] = ["install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];

/// The component, or nothing where there is no Node.js, which it says.
pub fn hono() -> Option<Vec<u8>> {
    let missing: Vec<_> = ["node", "npm"].into_iter().filter(|tool| !is_there(tool)).collect();
    if !missing.is_empty() {
        say(&format!("skipped the Hono application: no {}", missing.join(" and no ")));
        return None;
    }
    let folder = target_dir().join("hono");
    let [state, component] = ["state", "app.wasm"].map(|name| folder.join(name));
    let wanted = wanted();
    if !fs::read_to_string(&state).is_ok_and(|found| found == wanted) {
        say("making a component of a Hono application");
        // A component that is being made stands for no state of its parts.
        let _ = fs::remove_file(&state);
        prepare(&folder);
        make(&folder);
        fs::write(state, wanted).expect("writable");
    }
    Some(fs::read(component).expect("it was made"))
}

fn wanted() -> String {
    let parts = PARTS.map(|(from, _)| fs::read_to_string(root().join(from)).expect("it is committed"));
    [PACKAGES.concat(), parts.concat()].concat()
}

fn prepare(folder: &Path) {
    let wit = folder.join("wit");
    fs::create_dir_all(&wit).expect("writable");
    for (from, to) in PARTS {
        fs::copy(root().join(from), folder.join(to)).expect("writable");
    }
    for package in fs::read_dir(root().join("wit/deps")).expect("it is committed").flatten() {
        let copy = wit.join("deps").join(package.file_name());
        fs::create_dir_all(&copy).expect("writable");
        for file in fs::read_dir(package.path()).expect("a directory").flatten() {
            fs::copy(file.path(), copy.join(file.file_name())).expect("writable");
        }
    }
}

fn make(folder: &Path) {
    run(folder, Path::new("npm"), &[&INSTALL as &[_], &PACKAGES].concat());
    let tool = |name| Path::new("node_modules/.bin").join(name);
    run(folder, &folder.join(tool("esbuild")), &["app.js", "--bundle", "--format=esm", "--outfile=bundle.js"]);
    let words = ["bundle.js", "--wit", "wit", "--world-name", "component", "--out", "app.wasm"];
    run(folder, &folder.join(tool("componentize-js")), &words);
}

fn run(folder: &Path, program: &Path, words: &[&str]) {
    let output = Command::new(program).args(words).current_dir(folder).stdin(Stdio::null()).output();
    let output = output.unwrap_or_else(|error| panic!("{}: {error}", program.display()));
    let said = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
    assert!(output.status.success(), "{} {words:?}:\n{said}", program.display());
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn is_there(tool: &str) -> bool {
    let asked = Command::new(tool).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    asked.is_ok_and(|status| status.success())
}

/// Past the test runner's capture, so that nobody takes a skipped test for a passed one.
fn say(line: &str) {
    let _ = writeln!(io::stderr(), "routelet-tests: {line}");
}
