//! The fuzz targets with a stable toolchain: their seeds, and what a seeded hand makes of them.

use std::{
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

use super::*;

/// How long each target runs beside the other tests.
const SHORT: Duration = Duration::from_millis(500);
/// How long where figures are wanted, as in the proofs of `tests/proof`.
const LONG: Duration = Duration::from_mins(1);

/// One target, and pieces that mean something there.
struct Target {
    name: &'static str,
    run: fn(&[u8]),
    words: &'static [&'static str],
}

const TARGETS: [Target; 6] = [
    Target {
        name: "path",
        run: path,
        words: &["%2e%2e", "..", "/", "//", "\\", "%", "%00", "%2F", "%ff", "a", "x", ";", "?", "#"],
    },
    Target {
        name: "segment",
        run: segment,
        words: &["[limits]\n", "[grants]\n", "[ceiling]\n", "= ", "\"none\"", "-1", "99999999999GiB", "{", "]", "\n"],
    },
    Target {
        name: "outbound",
        run: outbound,
        words: &[
            "*.",
            "://",
            "@",
            ":0",
            ":443",
            "[::ffff:7f00:1]",
            "0x7f.1",
            "2130706433",
            ".",
            "localhost",
            "\n",
            "/8",
        ],
    },
    Target {
        name: "address",
        run: address,
        words: &["::", "ffff:", "64:ff9b:", "2002:", "2001:0:", "7f00:1", "127.", "0", ".1", "%", "%25lo", "\n", "\0"],
    },
    Target {
        name: "answer",
        run: answer,
        words: &["connection:", "close, te", "transfer-encoding: chunked", ",", ":", "\n", "\t", "content-length: 3"],
    },
    Target {
        name: "gate",
        run: gate,
        words: &[
            "\r\n",
            "\n",
            "\r",
            " ",
            "\0",
            "0\r\n\r\n",
            ";x",
            "content-length: 5\r\n",
            "chunked",
            "HTTP/1.0",
            "host: b\r\n",
        ],
    },
];

/// Where the crate of the fuzzers lies.
fn fuzz_dir() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fuzz"))
}

impl Target {
    /// Inputs that it accepts, which fuzzers begin with too.
    fn seeds(&self) -> Vec<Vec<u8>> {
        let entries = fs::read_dir(fuzz_dir().join("seeds").join(self.name)).expect(self.name).flatten();
        let mut files: Vec<_> = entries.map(|entry| entry.path()).collect();
        files.sort();
        files.iter().map(|file| fs::read(file).expect("a seed")).collect()
    }
}

/// A generator of Marsaglia's, since a test has to find the same again.
struct Hand(u64);

impl Hand {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).expect("31 bits") % most.max(1)
    }

    /// A few changes of a kind that people and attackers make.
    fn change(&mut self, target: &Target, seeds: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = seeds[self.below(seeds.len())].clone();
        for _ in 0..=self.below(6) {
            let (at, to) = (self.below(bytes.len() + 1), self.below(bytes.len() + 1));
            let word = target.words[self.below(target.words.len())].bytes();
            match self.below(4) {
                0 => drop(bytes.splice(at..at, word)),
                1 => drop(bytes.drain(at.min(to)..at.max(to))),
                2 => bytes.extend_from_within(at.min(to)..at.max(to)),
                _ => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte = self.0.to_le_bytes()[1]),
            }
            bytes.truncate(4_096);
        }
        bytes
    }
}

#[test]
fn made_up_bytes_break_no_promise_of_those_that_read_them() {
    let run = if std::env::var("ROUTELET_PROOF").is_ok_and(|form| form == "long") { LONG } else { SHORT };
    for target in &TARGETS {
        let seeds = target.seeds();
        assert!(!seeds.is_empty(), "{}: no seeds", target.name);
        seeds.iter().for_each(|seed| (target.run)(seed));
        let (mut hand, begun, mut runs) = (Hand(0x9e37_79b9_7f4a_7c15), Instant::now(), 0_u64);
        while begun.elapsed() < run {
            (target.run)(&hand.change(target, &seeds));
            runs += 1;
        }
        println!("proof fuzzing: {} read {runs} inputs in {run:?}", target.name);
    }
}

/// cargo-fuzz compiles them, with a toolchain that tests have not. So each is held to be one line around a function
/// that is compiled here, and to be named in their manifest.
#[test]
fn every_target_is_one_of_cargo_fuzz_too() {
    let manifest = fs::read_to_string(fuzz_dir().join("Cargo.toml")).expect("their manifest");
    let manifest: toml::Table = manifest.parse().expect("a manifest");
    let bins = manifest["bin"].as_array().expect("targets");
    for Target { name, .. } in &TARGETS {
        let path = format!("targets/{name}.rs");
        let text = fs::read_to_string(fuzz_dir().join(&path)).expect(name);
        let call = format!("libfuzzer_sys::fuzz_target!(|data: &[u8]| routelet::fuzzing::{name}(data));");
        assert_eq!(text, format!("#![no_main]\n\n{call}\n"), "{name}");
        let named = |bin: &&toml::Value| bin["name"].as_str() == Some(name) && bin["path"].as_str() == Some(&path);
        assert_eq!(bins.iter().filter(named).count(), 1, "{name}");
    }
    let files = fs::read_dir(fuzz_dir().join("targets")).expect("the targets").count();
    assert_eq!((files, bins.len()), (TARGETS.len(), TARGETS.len()));
}
