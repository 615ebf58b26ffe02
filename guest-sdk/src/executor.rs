//! Runs one future to its end inside a guest, sleeping in the host while it waits. Knows nothing of HTTP.
//!
//! A component is single-threaded: whatever a future waits for is a pollable of the host, so that when nothing
//! can go on, one `poll` over all of them is the whole event loop. A future that never waits costs no host call.

use std::cell::RefCell;
use std::future::Future;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use crate::bindings::imports::wasi::io::poll::{self, Pollable};

/// After how many polls in a row that only woke themselves the host is asked for events all the same. A future
/// that yields in a loop would otherwise keep timers and bodies waiting for ever.
const SELF_WOKEN_POLLS_MAX: u32 = 32;

thread_local! {
    static WAITING: RefCell<Vec<Waiting>> = const { RefCell::new(Vec::new()) };
}

/// Runs `future` to completion.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let woken = Arc::new(Woken(AtomicBool::new(false)));
    let waker = Waker::from(woken.clone());
    let mut self_woken = 0;
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return output;
        }
        if !woken.0.swap(false, Ordering::Relaxed) {
            wait();
            self_woken = 0;
        } else if self_woken == SELF_WOKEN_POLLS_MAX {
            wake_ready();
            self_woken = 0;
        } else {
            self_woken += 1;
        }
    }
}

/// Waits until the host says that `pollable` is ready.
pub(crate) fn ready(pollable: Rc<Pollable>) -> Ready {
    Ready { pollable, registered: false }
}

/// The future of [`ready`].
pub(crate) struct Ready {
    pollable: Rc<Pollable>,
    registered: bool,
}

impl Future for Ready {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let waiting = WAITING.with_borrow_mut(|list| {
            let entry = list.iter_mut().find(|entry| Rc::ptr_eq(&entry.pollable, &self.pollable));
            match entry {
                Some(entry) => {
                    entry.waker.clone_from(cx.waker());
                    true
                }
                // What was registered and is gone has become ready.
                None if self.registered => false,
                None => {
                    list.push(Waiting { pollable: self.pollable.clone(), waker: cx.waker().clone() });
                    true
                }
            }
        });
        self.registered = waiting;
        if waiting { Poll::Pending } else { Poll::Ready(()) }
    }
}

impl Drop for Ready {
    /// A pollable has to be gone before the stream it belongs to, so the list must not keep it.
    fn drop(&mut self) {
        if self.registered {
            let _ = WAITING.try_with(|list| {
                list.borrow_mut().retain(|entry| !Rc::ptr_eq(&entry.pollable, &self.pollable));
            });
        }
    }
}

struct Waiting {
    pollable: Rc<Pollable>,
    waker: Waker,
}

struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Sleeps in the host until a pollable is ready, then wakes who waits for it.
fn wait() {
    let pollables: Vec<Rc<Pollable>> =
        WAITING.with_borrow(|list| list.iter().map(|entry| entry.pollable.clone()).collect());
    assert!(!pollables.is_empty(), "the handler waits for something that nothing in this component will wake");
    let list: Vec<&Pollable> = pollables.iter().map(Rc::as_ref).collect();
    let ready = poll::poll(&list);
    wake(|position| ready.contains(&position));
}

/// Wakes who can go on, without sleeping.
fn wake_ready() {
    let pollables: Vec<Rc<Pollable>> =
        WAITING.with_borrow(|list| list.iter().map(|entry| entry.pollable.clone()).collect());
    let ready: Vec<bool> = pollables.iter().map(|pollable| pollable.ready()).collect();
    wake(|position| ready[position as usize]);
}

fn wake(is_ready: impl Fn(u32) -> bool) {
    let entries = WAITING.take();
    let (ready, waiting): (Vec<_>, Vec<_>) = (0..).zip(entries).partition(|(position, _)| is_ready(*position));
    WAITING.set(waiting.into_iter().map(|(_, entry)| entry).collect());
    for (_, entry) in ready {
        entry.waker.wake();
    }
}
