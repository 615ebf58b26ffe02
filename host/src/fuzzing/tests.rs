//! The fuzz targets with a stable toolchain: a few good inputs, and what a seeded hand makes of them.

use std::time::{Duration, Instant};

use super::*;

/// How long each target runs beside the other tests.
const RUN: Duration = Duration::from_millis(500);

/// One target, inputs that it accepts, and pieces that mean something there.
struct Target {
    run: fn(&[u8]),
    seeds: &'static [&'static str],
    words: &'static [&'static str],
}

const TARGETS: [Target; 5] = [
    Target {
        run: path,
        seeds: &["/", "/a/x/c", "/shop/cart/7", "/a//b/", "/caf%C3%A9?x=1"],
        words: &["%2e%2e", "..", "/", "//", "\\", "%", "%00", "%2F", "%ff", "a", "x", ";", "?", "#"],
    },
    Target {
        run: segment,
        seeds: &[
            "[limits]\nmemory = \"16MiB\"\ncpu = \"1s\"\n",
            "[grants]\nenv = { A = \"b\" }\noutbound = [\"https://example.com\"]\n",
            "[ceiling]\nenv = [\"*\"]\n[route]\nmethods = [\"GET\"]\nreuse = \"serial\"\n",
        ],
        words: &["[limits]\n", "[grants]\n", "[ceiling]\n", "= ", "\"none\"", "-1", "99999999999GiB", "{", "]", "\n"],
    },
    Target {
        run: outbound,
        seeds: &["https://api.example.com\nhttps://api.example.com/x", "http://127.0.0.1:9000\nhttp://[::1]:9000/"],
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
        run: answer,
        seeds: &["content-type: text/plain\nconnection: x-a\nx-a: 1", "te: trailers\nhost: a\nset-cookie: a=b"],
        words: &["connection:", "close, te", "transfer-encoding: chunked", ",", ":", "\n", "\t", "content-length: 3"],
    },
    Target {
        run: gate,
        seeds: &[
            "3GET / HTTP/1.1\r\nhost: a\r\n\r\n",
            "7POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\nGET /b HTTP/1.1\r\nhost: a\r\n\r\n",
            "\u{1}POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\nabc",
        ],
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
    fn change(&mut self, target: &Target) -> Vec<u8> {
        let mut bytes = target.seeds[self.below(target.seeds.len())].as_bytes().to_vec();
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
    for target in &TARGETS {
        for seed in target.seeds {
            (target.run)(seed.as_bytes());
        }
        let (mut hand, begun) = (Hand(0x9e37_79b9_7f4a_7c15), Instant::now());
        while begun.elapsed() < RUN {
            (target.run)(&hand.change(target));
        }
    }
}
