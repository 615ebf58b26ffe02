//! Keeps the shape of the host: which module may name what, how long a file may be, which versions are the floor.
//!
//! It reads the sources as text, comments and tests left out, and names every line that breaks a rule.

use std::{
    fs,
    path::{Path, PathBuf},
};

use routelet_tests::{raw_frames, raw_requests};
use semver::Version;

/// No file of code is longer.
const LINES_MAX: usize = 400;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// One file of the host, its path relative to `host/src`.
struct Source {
    path: String,
    text: String,
}

/// A rule of the form: these words stand in code of these modules only.
struct Reserved {
    words: &'static [&'static str],
    owners: &'static [&'static str],
}

const RESERVED: [Reserved; 6] = [
    Reserved { words: &["wasmtime"], owners: &["runtime"] },
    Reserved { words: &["TcpListener", "UnixListener"], owners: &["server"] },
    Reserved {
        words: &["TcpStream::connect", "TcpSocket::", "UdpSocket::", "lookup_host"],
        owners: &["runtime/outbound"],
    },
    Reserved { words: &["StatusCode::", "from_u16("], owners: &["dispatch/refusal"] },
    Reserved { words: &["println!", "print!(", "eprint!(", "process::exit"], owners: &["main", "cli"] },
    Reserved { words: &["static mut "], owners: &[] },
];

/// What code without side effects never names.
const IMPURE: [&str; 7] = ["tokio", "wasmtime", "hyper", "std::fs", "fs::", "async fn", "std::net::Tcp"];

fn sources() -> Vec<Source> {
    let src = root().join("host/src");
    files_under(&src)
        .into_iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .map(|path| Source {
            path: path.strip_prefix(&src).expect("below it").display().to_string(),
            text: fs::read_to_string(&path).expect("sources are text"),
        })
        .collect()
}

impl Source {
    /// Whether it is the module or lies below it: `routing.rs` and `routing/path.rs` are `routing`.
    fn is_in(&self, module: &str) -> bool {
        self.path == format!("{module}.rs") || self.path.starts_with(&format!("{module}/"))
    }

    fn is_test(&self) -> bool {
        self.path.ends_with("tests.rs") || self.path.contains("/tests/")
    }

    /// The lines of code with their numbers: no comments, no unit tests.
    fn code(&self) -> Vec<(usize, String)> {
        let lines = self.text.lines().enumerate();
        let code = lines.take_while(|(_, line)| *line != "#[cfg(test)]" || self.is_test());
        code.map(|(at, line)| (at + 1, without_comment_and_comparison(line))).collect()
    }

    /// Each use of one of the words, as `file:line: word`.
    fn uses(&self, words: &[&str]) -> Vec<String> {
        let mut found = Vec::new();
        for (line, code) in self.code() {
            let used = words.iter().filter(|word| code.contains(*word));
            found.extend(used.map(|word| format!("host/src/{}:{line}: {word}", self.path)));
        }
        found
    }
}

/// To compare a status is no decision about an answer.
fn without_comment_and_comparison(line: &str) -> String {
    let code = line.split("//").next().unwrap_or_default();
    code.replace("== StatusCode::", "").replace("!= StatusCode::", "")
}

fn files_under(dir: &Path) -> Vec<PathBuf> {
    // In a second work tree `.git` is a file.
    const NOT_OURS: [&str; 6] = ["target", ".git", ".routelet", "dist", "node_modules", "__pycache__"];
    let mut files = Vec::new();
    let mut entries: Vec<_> = fs::read_dir(dir).expect("a directory").flatten().collect();
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let kind = entry.file_type().expect("a readable entry");
        if NOT_OURS.iter().any(|name| entry.file_name() == *name) {
            continue;
        }
        if kind.is_dir() {
            files.extend(files_under(&entry.path()));
        } else if kind.is_file() {
            files.push(entry.path());
        }
    }
    files
}

#[track_caller]
fn assert_none(what: &str, found: &[String]) {
    assert!(found.is_empty(), "{what}:\n{}", found.join("\n"));
}

#[test]
fn routing_and_policy_are_pure() {
    let sources = sources();
    let pure = sources.iter().filter(|source| source.is_in("routing") || source.is_in("policy"));
    let found: Vec<_> = pure.filter(|source| !source.is_test()).flat_map(|source| source.uses(&IMPURE)).collect();
    assert_none("routing and policy do no IO and know no runtime", &found);
}

#[test]
fn some_words_belong_to_one_module() {
    let sources = sources();
    for Reserved { words, owners } in RESERVED {
        let others = sources.iter().filter(|source| !source.is_test());
        let others = others.filter(|source| !owners.iter().any(|owner| source.is_in(owner)));
        let found: Vec<_> = others.flat_map(|source| source.uses(words)).collect();
        assert_none(&format!("only {owners:?} may name {words:?}"), &found);
    }
}

#[test]
fn no_static_can_change() {
    const CHANGING: [&str; 6] = ["Atomic", "Mutex", "RwLock", "OnceLock", "Cell<", "ArcSwap"];
    // What a thread knows of its own clock is the same for whomever it works.
    const OF_A_THREAD: &str = "static ASKED: Cell<Option<Stopwatch>>";
    let mut found = Vec::new();
    for source in sources() {
        for (line, code) in source.code() {
            let declares = code.trim_start().trim_start_matches("pub ").starts_with("static ");
            if declares && !code.contains(OF_A_THREAD) && CHANGING.iter().any(|word| code.contains(word)) {
                found.push(format!("host/src/{}:{line}: {code}", source.path));
            }
        }
    }
    assert_none("a static that changes is shared by every site and every test", &found);
}

#[test]
fn every_module_says_what_it_is_for() {
    let sources = sources();
    let silent = sources.iter().filter(|source| !source.is_test() && !source.text.starts_with("//! "));
    let found: Vec<_> = silent.map(|source| format!("host/src/{}", source.path)).collect();
    assert_none("a module opens with a sentence: its duty, then what it must not do", &found);
}

#[test]
fn no_file_is_too_long_to_read() {
    let mut found = Vec::new();
    for part in ["host", "guest-sdk", "tests"] {
        for path in files_under(&root().join(part)) {
            if path.extension().is_none_or(|extension| extension != "rs") {
                continue;
            }
            let lines = fs::read_to_string(&path).expect("sources are text").lines().count();
            if lines > LINES_MAX {
                found.push(format!("{}: {lines} lines", path.display()));
            }
        }
    }
    assert_none("split a file that is over 400 lines", &found);
}

#[test]
fn unsafe_code_stands_in_one_place() {
    let found: Vec<_> =
        sources().iter().flat_map(|source| source.uses(&["unsafe {", "unsafe fn", "unsafe impl"])).collect();
    assert!(found.len() == 1 && found[0].starts_with("host/src/runtime/component.rs:"), "{found:?}");
}

#[test]
fn every_test_that_a_promise_names_exists() {
    let spec = fs::read_to_string(root().join("host/SPEC.md")).expect("it is there");
    let sources = ["host", "tests"].map(|part| files_under(&root().join(part))).concat();
    let sources = sources.iter().filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    let code: String = sources.map(|path| fs::read_to_string(path).expect("sources are text")).collect();
    let rows = spec.lines().filter_map(|line| line.strip_prefix("| ")?.split_once(" | "));
    let promises: Vec<_> =
        rows.filter(|(number, _)| number.starts_with(|first: char| first.is_ascii_digit())).collect();
    assert!(promises.len() > 20, "the table of promises was not found");
    let mut found = Vec::new();
    for (number, promise) in promises {
        let enforced_by = promise.rsplit_once(" | ").expect("three columns").1;
        let names: Vec<_> = enforced_by.split('`').skip(1).step_by(2).collect();
        let missing = names.iter().filter(|name| !name.starts_with('.') && !code.contains(&format!("fn {name}(")));
        found.extend(missing.map(|name| format!("{number}: {name}")));
        found.extend(names.is_empty().then(|| format!("{number}: enforced by nothing")));
    }
    assert_none("host/SPEC.md names tests that do not exist", &found);
}

/// Row 3.4 says how many rows the tables have that are sent byte by byte and frame by frame.
#[test]
fn the_tables_of_the_wire_have_as_many_rows_as_promised() {
    let spec = fs::read_to_string(root().join("host/SPEC.md")).expect("it is there");
    let row = spec.lines().find_map(|line| line.strip_prefix("| 3.4 | ")).expect("a promise");
    let numbers: Vec<usize> = row.split(' ').filter_map(|word| word.parse().ok()).collect();
    let rows = [raw_requests::all().len(), raw_requests::unread().len(), raw_frames::all().len()];
    assert_eq!(numbers.len(), rows.len(), "{row}");
    for (promised, there) in numbers.into_iter().zip(rows) {
        assert!(there >= promised, "{promised} rows promised, {there} there: {row}");
    }
}

#[test]
fn no_text_names_a_place_on_somebodys_machine() {
    // Written in two pieces, so that this file is no finding of its own.
    let places = [concat!("../", "shared"), concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/")];
    let mut found = Vec::new();
    for path in files_under(&root()) {
        let Ok(text) = fs::read_to_string(&path) else {
            continue;
        };
        for (at, line) in text.lines().enumerate() {
            if places.iter().any(|place| line.contains(place)) {
                found.push(format!("{}:{}: {}", path.display(), at + 1, line.trim()));
            }
        }
    }
    assert_none("a clone lies elsewhere", &found);
}

#[test]
fn the_lock_file_holds_no_version_below_the_floor() {
    let lock = fs::read_to_string(root().join("Cargo.lock")).expect("it is committed");
    let lock: toml::Table = lock.parse().expect("cargo wrote it");
    let packages = lock["package"].as_array().expect("a list");
    for (name, floor, major_only) in [
        ("wasmtime", "48.0.8", true),
        ("wasmtime-wasi", "48.0.8", true),
        ("wasmtime-wasi-http", "48.0.8", true),
        ("hyper", "1.12.0", false),
        ("h2", "0.4.20", false),
        ("http", "1.5.0", false),
        ("rustls", "0.23.46", false),
        ("bytes", "1.11.1", false),
    ] {
        let floor = Version::parse(floor).expect("a version");
        let versions: Vec<Version> = packages
            .iter()
            .filter(|package| package["name"].as_str() == Some(name))
            .map(|package| package["version"].as_str().expect("text").parse().expect("a version"))
            .collect();
        assert!(!versions.is_empty(), "{name} is gone from the lock file");
        for version in versions {
            assert!(version >= floor, "{name} {version} is below {floor}, whose advisories are fixed");
            assert!(!major_only || version.major == floor.major, "{name} {version} left the long-term release");
        }
    }
}

/// A package index shows what lies in the package alone, and Go's proxy follows no link.
#[test]
fn every_published_package_carries_the_license() {
    let license = fs::read_to_string(root().join("LICENSE")).expect("it is in the repository");
    let packages = ["guest-sdk", "guest-sdk/macros", "guest-sdk/python", "guest-sdk/go", "guest-sdk/c"];
    let wrong = packages.map(|package| format!("{package}/LICENSE")).into_iter().filter(|file| {
        let file = root().join(file);
        file.is_symlink() || fs::read_to_string(file).ok().as_ref() != Some(&license)
    });
    assert_none("not the license of the repository", &wrong.collect::<Vec<_>>());
}
