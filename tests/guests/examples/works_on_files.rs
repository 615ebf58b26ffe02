//! Does to files what the lines of the request's body say, and answers each line with what came of
//! it. Directories go by the names they are granted under, what it opens by the names it is given.

use std::{collections::HashMap, str::SplitWhitespace};

use routelet_guests::{Reader, handles, say, wasip2};
use wasip2::{
    filesystem::{
        preopens::get_directories,
        types::{Descriptor, DescriptorFlags, ErrorCode, NewTimestamp, OpenFlags, PathFlags, filesystem_error_code},
    },
    io::streams::{OutputStream, StreamError},
};

type Outcome = Result<String, String>;

struct Open {
    named: HashMap<String, Descriptor>,
    /// Whatever is only held.
    kept: Vec<Box<dyn std::any::Any>>,
}

handles!(|request, out| {
    let lines = Reader::of(&request).to_end();
    let named = get_directories().into_iter().map(|(directory, name)| (name, directory)).collect();
    let mut open = Open { named, kept: Vec::new() };
    let told = std::str::from_utf8(&lines).expect("the test sends text").lines().map(|line| {
        let mut words = line.split_whitespace();
        let verb = words.next().expect("the test sends no empty line");
        open.act(verb, &mut words).unwrap_or_else(|error| error)
    });
    let told: Vec<_> = told.collect();
    say(out, told.join("\n"));
});

impl Open {
    fn act(&mut self, verb: &str, words: &mut SplitWhitespace<'_>) -> Outcome {
        match verb {
            "open" => self.open(words),
            "close" => Ok(format!("{}", self.named.remove(&text(words)).is_some())),
            "read" => self.on(words, |file, words| {
                let (bytes, _) = file.read(number(words), 0).map_err(code)?;
                Ok(String::from_utf8_lossy(&bytes).into_owned())
            }),
            "read-stream" => self.on(words, |file, _| read_stream(file)),
            "write" => self.on(words, |file, words| {
                let (offset, bytes) = (number(words), vec![b'w'; number(words) as usize]);
                file.write(&bytes, offset).map(|written| written.to_string()).map_err(code)
            }),
            "stream" => self.on(words, |file, words| {
                let stream = file.write_via_stream(number(words)).map_err(code)?;
                write_stream(&stream, number(words), |stream, bytes| {
                    stream.blocking_write_and_flush(&vec![b's'; bytes as usize])
                })
            }),
            "zeroes" => self.on(words, |file, words| {
                let stream = file.write_via_stream(number(words)).map_err(code)?;
                write_stream(&stream, number(words), |stream, bytes| stream.blocking_write_zeroes_and_flush(bytes))
            }),
            "append" => self.on(words, |file, words| {
                let stream = file.append_via_stream().map_err(code)?;
                write_stream(&stream, number(words), |stream, bytes| {
                    stream.blocking_write_and_flush(&vec![b'a'; bytes as usize])
                })
            }),
            "size" => self.on(words, |file, words| done(file.set_size(number(words)))),
            "touch" => self.on(words, |file, words| {
                let time =
                    wasip2::clocks::wall_clock::Datetime { seconds: number(words), nanoseconds: number(words) as u32 };
                done(file.set_times(NewTimestamp::Timestamp(time), NewTimestamp::Timestamp(time)))
            }),
            "stat" => self.on(words, |at, words| {
                let found = at.stat_at(PathFlags::empty(), &text(words)).map_err(code)?;
                Ok(format!("{:?} {}", found.type_, found.size))
            }),
            "mkdir" => self.on(words, |at, words| done(at.create_directory_at(&text(words)))),
            "rmdir" => self.on(words, |at, words| done(at.remove_directory_at(&text(words)))),
            "unlink" => self.on(words, |at, words| done(at.unlink_file_at(&text(words)))),
            "symlink" => self.on(words, |at, words| done(at.symlink_at(&text(words), &text(words)))),
            "link" => self.across(words, |at, path, other, new| done(at.link_at(PathFlags::empty(), path, other, new))),
            "rename" => self.across(words, |at, path, other, new| done(at.rename_at(path, other, new))),
            "list" => self.on(words, |at, _| list(at)),
            "many" => self.on(words, |at, words| many(at, number(words))),
            "deep" => self.deep(words),
            "hold" => self.hold(words),
            "listings" => self.listings(words),
            _ => Err(format!("no verb {verb}")),
        }
    }

    fn of(&self, name: &str) -> Result<&Descriptor, String> {
        self.named.get(name).ok_or_else(|| format!("nothing is open as {name}"))
    }

    fn on(
        &self,
        words: &mut SplitWhitespace<'_>,
        act: impl FnOnce(&Descriptor, &mut SplitWhitespace<'_>) -> Outcome,
    ) -> Outcome {
        act(self.of(&text(words))?, words)
    }

    fn across(
        &self,
        words: &mut SplitWhitespace<'_>,
        act: impl FnOnce(&Descriptor, &str, &Descriptor, &str) -> Outcome,
    ) -> Outcome {
        let (at, path, other, new) = (text(words), text(words), text(words), text(words));
        act(self.of(&at)?, &path, self.of(&other)?, &new)
    }

    fn open(&mut self, words: &mut SplitWhitespace<'_>) -> Outcome {
        let (name, at, path) = (text(words), text(words), text(words));
        let opened = open_at(self.of(&at)?, &path, words.next().unwrap_or("r")).map_err(code)?;
        self.named.insert(name, opened);
        Ok("ok".to_owned())
    }

    /// Opens a file again and again, and keeps only a stream of each.
    fn hold(&mut self, words: &mut SplitWhitespace<'_>) -> Outcome {
        let (at, path, times) = (text(words), text(words), number(words));
        for held in 0..times {
            match open_at(self.of(&at)?, &path, "r").and_then(|file| file.read_via_stream(0)) {
                Ok(stream) => self.kept.push(Box::new(stream)),
                Err(error) => return Ok(format!("{held} {}", code(error))),
            }
        }
        Ok(times.to_string())
    }

    fn listings(&mut self, words: &mut SplitWhitespace<'_>) -> Outcome {
        let (at, times) = (text(words), number(words));
        for held in 0..times {
            match self.of(&at)?.read_directory() {
                Ok(listing) => self.kept.push(Box::new(listing)),
                Err(error) => return Ok(format!("{held} {}", code(error))),
            }
        }
        Ok(times.to_string())
    }

    /// Makes directories in one another.
    fn deep(&mut self, words: &mut SplitWhitespace<'_>) -> Outcome {
        let (at, levels) = (text(words), number(words));
        for _ in 0..levels {
            let inner = {
                let outer = self.of(&at)?;
                outer.create_directory_at("d").map_err(code)?;
                open_at(outer, "d", "dr").map_err(code)?
            };
            self.named.insert(at.clone(), inner);
        }
        Ok("ok".to_owned())
    }
}

fn open_at(at: &Descriptor, path: &str, letters: &str) -> Result<Descriptor, ErrorCode> {
    let has = |letter| letters.contains(letter);
    let mut open = OpenFlags::empty();
    open.set(OpenFlags::CREATE, has('c'));
    open.set(OpenFlags::EXCLUSIVE, has('x'));
    open.set(OpenFlags::TRUNCATE, has('t'));
    open.set(OpenFlags::DIRECTORY, has('d'));
    let mut flags = DescriptorFlags::empty();
    flags.set(DescriptorFlags::READ, has('r'));
    flags.set(DescriptorFlags::WRITE, has('w'));
    let follow = if has('f') { PathFlags::SYMLINK_FOLLOW } else { PathFlags::empty() };
    at.open_at(follow, path, open, flags)
}

/// How many files could be made, and why no more.
fn many(at: &Descriptor, times: u64) -> Outcome {
    for made in 0..times {
        if let Err(error) = open_at(at, &format!("many-{made}"), "cxw") {
            return Ok(format!("{made} {}", code(error)));
        }
    }
    Ok(times.to_string())
}

fn list(at: &Descriptor) -> Outcome {
    let listing = at.read_directory().map_err(code)?;
    let mut names = Vec::new();
    while let Some(entry) = listing.read_directory_entry().map_err(code)? {
        names.push(entry.name);
    }
    names.sort();
    Ok(names.join(" "))
}

fn read_stream(file: &Descriptor) -> Outcome {
    let stream = file.read_via_stream(0).map_err(code)?;
    let mut all = Vec::new();
    loop {
        match stream.blocking_read(1000) {
            Ok(bytes) => all.extend(bytes),
            Err(StreamError::Closed) => return Ok(String::from_utf8_lossy(&all).into_owned()),
            Err(error) => return Err(stream_code(error)),
        }
    }
}

/// Writes in pieces; how many bytes were taken, and why no more.
fn write_stream(
    stream: &OutputStream,
    bytes: u64,
    write: impl Fn(&OutputStream, u64) -> Result<(), StreamError>,
) -> Outcome {
    let mut written = 0;
    while written < bytes {
        let piece = (bytes - written).min(4096);
        if let Err(error) = write(stream, piece) {
            return Ok(format!("{written} {}", stream_code(error)));
        }
        written += piece;
    }
    Ok(written.to_string())
}

fn stream_code(error: StreamError) -> String {
    match error {
        StreamError::Closed => "closed".to_owned(),
        StreamError::LastOperationFailed(error) => filesystem_error_code(&error).map_or("unknown".to_owned(), code),
    }
}

fn done(result: Result<(), ErrorCode>) -> Outcome {
    result.map(|()| "ok".to_owned()).map_err(code)
}

fn code(error: ErrorCode) -> String {
    error.name().to_owned()
}

fn text(words: &mut SplitWhitespace<'_>) -> String {
    words.next().expect("the test says enough").to_owned()
}

fn number(words: &mut SplitWhitespace<'_>) -> u64 {
    words.next().and_then(|word| word.parse().ok()).expect("the test sends a number")
}
