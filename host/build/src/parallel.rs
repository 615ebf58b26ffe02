//! The same work on several things at once, within the cores. It knows nothing of the work.

use std::{
    sync::{Mutex, PoisonError},
    thread,
};

/// Each compiler holds some hundred megabytes while it works.
const AT_ONCE_MAX: usize = 4;

/// Does the work on each item, as many at once as there are cores; the results are in no order.
pub(crate) fn each<T: Send, R: Send>(items: Vec<T>, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let at_once = cores.min(AT_ONCE_MAX).min(items.len());
    let queue = Mutex::new(items);
    let done = Mutex::new(Vec::new());
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).pop();
    thread::scope(|scope| {
        for _ in 0..at_once {
            scope.spawn(|| {
                while let Some(item) = next() {
                    let result = work(item);
                    done.lock().unwrap_or_else(PoisonError::into_inner).push(result);
                }
            });
        }
    });
    done.into_inner().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_is_worked_on_once() {
        let mut results = each((0..100).collect(), |number| number * 2);
        results.sort_unstable();
        assert_eq!(results, (0..100).map(|number| number * 2).collect::<Vec<_>>());
        assert_eq!(each(Vec::<u32>::new(), |number| number), [0_u32; 0]);
    }
}
