//! The same work on several things at once, and seats for compilers within the cores. It knows nothing
//! of the work.

use std::{
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    thread,
};

/// Each compiler holds some hundred megabytes while it works.
const SEATS_MAX: usize = 4;
/// A compiler that waits for the disk holds up no other.
const SEATS_MIN: usize = 2;

/// How many compilers of all languages run at once: as many as there are cores.
#[derive(Debug)]
pub(crate) struct Seats {
    count: usize,
    free: Mutex<usize>,
    freed: Condvar,
}

/// Leave to run a compiler, until it is dropped.
#[derive(Debug)]
pub(crate) struct Seat<'a>(&'a Seats);

impl Seats {
    /// As many as the machine has cores for.
    pub(crate) fn within_cores() -> Self {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        Self::new(cores.clamp(SEATS_MIN, SEATS_MAX))
    }

    fn new(count: usize) -> Self {
        Self { count, free: Mutex::new(count), freed: Condvar::new() }
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// Waits for one. Who holds a seat must not take another.
    pub(crate) fn take(&self) -> Seat<'_> {
        let free = self.freed.wait_while(self.free(), |free| *free == 0);
        *free.unwrap_or_else(PoisonError::into_inner) -= 1;
        Seat(self)
    }

    /// A number is whole, whoever panicked.
    fn free(&self) -> MutexGuard<'_, usize> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        *self.0.free() += 1;
        self.0.freed.notify_one();
    }
}

/// Does the work on each item, each in a seat of its own; the results are in no order.
pub(crate) fn each<T: Send, R: Send>(items: Vec<T>, seats: &Seats, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    let at_once = seats.count().min(items.len());
    let queue = Mutex::new(items);
    let done = Mutex::new(Vec::new());
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).pop();
    thread::scope(|scope| {
        for _ in 0..at_once {
            scope.spawn(|| {
                while let Some(item) = next() {
                    let seat = seats.take();
                    let result = work(item);
                    drop(seat);
                    done.lock().unwrap_or_else(PoisonError::into_inner).push(result);
                }
            });
        }
    });
    done.into_inner().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn every_item_is_worked_on_once() {
        let seats = Seats::new(2);
        let mut results = each((0..100).collect(), &seats, |number| number * 2);
        results.sort_unstable();
        assert_eq!(results, (0..100).map(|number| number * 2).collect::<Vec<_>>());
        assert_eq!(each(Vec::<u32>::new(), &seats, |number| number), [0_u32; 0]);
    }

    #[test]
    fn no_more_work_than_there_are_seats_whoever_does_it() {
        let seats = Seats::new(2);
        let (now, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let work = |_| {
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            thread::yield_now();
            now.fetch_sub(1, Ordering::SeqCst);
        };
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| each((0..200).collect::<Vec<u32>>(), &seats, work));
            }
        });
        assert!(most.into_inner() <= 2);
        assert_eq!(*seats.free(), 2, "all were given back");
    }
}
