//! Which files and directories one guest holds open, and for which grant. A seat is taken before a
//! file is opened, and free when nothing of the file is open any more, streams included.

use std::{
    collections::HashMap,
    fs::File,
    sync::{Arc, Weak},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use wasmtime_wasi::filesystem::Descriptor;

/// Leave to hold one file open: of the route, of the server.
pub(super) type Seat = [OwnedSemaphorePermit; 2];

/// What one guest holds open, by its number in the guest's table.
#[derive(Default)]
pub(super) struct Seats {
    held: HashMap<u32, Held>,
    /// Files whose descriptor is dropped, but not yet the streams over them.
    streamed: Vec<Held>,
}

struct Held {
    directory: usize,
    file: Weak<File>,
    _seat: Option<Seat>,
}

impl Seats {
    /// A seat, where the route and the server have one left.
    pub(super) fn take(&mut self, open: &[Arc<Semaphore>; 2]) -> Option<Seat> {
        self.tidy();
        let [route, server] = open;
        Some([route.clone().try_acquire_owned().ok()?, server.clone().try_acquire_owned().ok()?])
    }

    /// This descriptor belongs to that directory, and needs no seat if it is the directory itself.
    pub(super) fn hold(&mut self, number: u32, directory: usize, descriptor: &Descriptor, seat: Option<Seat>) {
        let file = match descriptor {
            Descriptor::File(file) => Arc::downgrade(&file.file),
            Descriptor::Dir(dir) => Arc::downgrade(&dir.dir),
        };
        self.held.insert(number, Held { directory, file, _seat: seat });
    }

    /// The directory a descriptor belongs to.
    pub(super) fn directory(&self, number: u32) -> Option<usize> {
        self.held.get(&number).map(|held| held.directory)
    }

    /// The descriptor is dropped.
    pub(super) fn release(&mut self, number: u32) {
        self.streamed.extend(self.held.remove(&number));
        self.tidy();
    }

    /// Whether anything is open beside the directories themselves.
    pub(super) fn has_taken(&mut self) -> bool {
        self.tidy();
        !self.streamed.is_empty() || self.held.values().any(|held| held._seat.is_some())
    }

    fn tidy(&mut self) {
        self.streamed.retain(|held| held._seat.is_some() && held.file.strong_count() > 0);
    }
}
