//! Work on many things, several at a time. It knows nothing of what is done.

use std::{
    panic::resume_unwind,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use tokio::runtime::Handle;

/// Threads beside the caller's stand back behind those that answer requests, as compiling processes do.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 5;

/// What `work` makes of each item, in their order: by this thread and, where the system lets them be
/// started, by others up to `threads` in all. It needs the async runtime around it, as the work may.
pub(super) fn several<I: Sync, O: Send>(items: &[I], threads: usize, work: impl Fn(&I) -> O + Sync) -> Vec<O> {
    let next = AtomicUsize::new(0);
    let runtime = Handle::current();
    let take = || {
        let mut done = Vec::new();
        while let Some((at, item)) = taken(items, &next) {
            done.push((at, work(item)));
        }
        done
    };
    let mut done = thread::scope(|scope| {
        let beside = || {
            let _runtime = runtime.enter();
            stand_back();
            take()
        };
        let others = 1..threads.min(items.len());
        let others: Vec<_> = others.map_while(|_| thread::Builder::new().spawn_scoped(scope, beside).ok()).collect();
        let mut done = take();
        for other in others {
            done.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        done
    });
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, outcome)| outcome).collect()
}

fn taken<'i, I>(items: &'i [I], next: &AtomicUsize) -> Option<(usize, &'i I)> {
    let at = next.fetch_add(1, Ordering::Relaxed);
    items.get(at).map(|item| (at, item))
}

/// Elsewhere than on Linux it would be the whole process. A thread that cannot is as urgent as before.
fn stand_back() {
    #[cfg(target_os = "linux")]
    let _ = rustix::process::nice(NICENESS);
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use super::*;

    #[tokio::test]
    async fn outcomes_come_in_the_order_of_the_items() {
        let items: Vec<u32> = (0..1_000).collect();
        for threads in [1, 2, 7, 2_000] {
            assert_eq!(
                several(&items, threads, |item| item * 2),
                items.iter().map(|item| item * 2).collect::<Vec<_>>()
            );
        }
        assert_eq!(several(&[0; 0], 2, |item| *item), [0; 0]);
    }

    #[tokio::test]
    async fn as_many_as_may_are_under_way_at_a_time() {
        let all = Barrier::new(3);
        several(&[(); 6], 3, |()| all.wait().is_leader());
    }
}
