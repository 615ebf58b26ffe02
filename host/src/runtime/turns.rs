//! Leave to execute: guests whose polls are long take turns, so that no route holds the threads all
//! others need. It measures nothing and never stops a poll.
//!
//! A guest that computes is polled until the epoch makes it yield, a tick or two later. Dozens of
//! those would fill every thread's queue, and whatever else is ready would wait behind all of them.
//! So a route whose polls were long of late takes a turn for each poll and gives it back with the
//! poll's end: fewer turns than threads, handed round from route to route, and within a route from
//! request to request. A route whose polls are short takes none: it delays nobody, and its path
//! costs one load and at times one store.

use std::{
    collections::{HashMap, VecDeque},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    task::{Context, Poll, Waker},
    time::Duration,
};

/// A poll shorter than this delays nobody who would notice, not even behind a route's whole concurrency.
const LONG: Duration = Duration::from_micros(200);
/// A route counts as long until its polls were short for about twenty times: each takes an eighth off.
const DECAY: u64 = 8;
/// How many turns it takes until a route may have more than its share again after another had to
/// wait: whoever waited once mostly comes again soon, and would find every turn taken.
const RESERVED_TURNS: u32 = 64;

/// The turns of one server.
#[derive(Debug)]
pub(crate) struct Turns {
    /// Long polls at a time. One thread is never given to them: it serves what is short.
    at_once: usize,
    /// How many of them one route holds while others wait.
    share: usize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    running: usize,
    /// Turns still to be handed out until a lane may have more than its share.
    reserved: u32,
    last_lane: u64,
    /// Lanes with a turn or a wait; no others.
    lanes: HashMap<u64, Queue>,
    /// Lanes with a wait, in the order of their next turn.
    ring: VecDeque<u64>,
}

#[derive(Debug, Default)]
struct Queue {
    running: usize,
    waiting: VecDeque<Waiter>,
}

#[derive(Debug)]
struct Waiter {
    granted: Arc<AtomicBool>,
    waker: Waker,
}

/// One route's way to its turns.
#[derive(Debug)]
pub(crate) struct Lane {
    turns: Arc<Turns>,
    id: u64,
    /// About the longest poll of late.
    pace_nanos: AtomicU64,
}

/// One guest's place: it waits, or it does not. Dropped, it gives back what it was granted.
#[derive(Debug)]
pub(crate) struct Place {
    lane: Arc<Lane>,
    /// Set by whoever hands the turn over.
    waiting: Option<Arc<AtomicBool>>,
}

/// Leave for one poll, given back when dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    /// Absent where the lane is quick and takes no turns.
    of: Option<Arc<Lane>>,
}

impl Turns {
    /// Turns for a runtime of that many threads.
    pub(crate) fn new(threads: usize) -> Arc<Self> {
        let at_once = threads.saturating_sub(1).max(1);
        Arc::new(Self { at_once, share: at_once.div_ceil(2), state: Mutex::default() })
    }

    /// A lane for one more route.
    pub(crate) fn lane(self: &Arc<Self>) -> Arc<Lane> {
        let mut state = self.state();
        state.last_lane += 1;
        Arc::new(Lane { turns: self.clone(), id: state.last_lane, pace_nanos: AtomicU64::new(0) })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a lane with that many turns may have one more. While nobody else waits, nor
    /// did of late, it may have all.
    fn has_room(&self, state: &State, lane: u64, running: usize) -> bool {
        let others_wait = state.ring.iter().any(|waiting| *waiting != lane);
        let is_free = state.reserved == 0 && !others_wait;
        state.running < self.at_once && (running < self.share || is_free)
    }

    /// A turn for a guest that has just come, if it passes by nobody.
    fn take(&self, state: &mut State, lane: u64) -> bool {
        let queue = state.lanes.get(&lane);
        let is_first = queue.is_none_or(|queue| queue.waiting.is_empty());
        let room = is_first && self.has_room(state, lane, queue.map_or(0, |queue| queue.running));
        if room {
            state.run(lane);
        } else if queue.is_none_or(|queue| queue.running < self.share) {
            state.reserved = RESERVED_TURNS;
        }
        room
    }

    fn take_back(&self, lane: u64) {
        let mut state = self.state();
        state.running -= 1;
        let queue = state.lanes.get_mut(&lane).expect("a lane with a turn is listed");
        queue.running -= 1;
        self.hand_on(state, lane);
    }

    /// Hands over what is free, and wakes whom it was handed to once the lock is open.
    fn hand_on(&self, mut state: MutexGuard<'_, State>, touched: u64) {
        let mut wakers = Vec::new();
        while let Some(waiter) = self.next(&mut state) {
            waiter.granted.store(true, Relaxed);
            wakers.push(waiter.waker);
        }
        state.forget_if_idle(touched);
        drop(state);
        wakers.into_iter().for_each(Waker::wake);
    }

    fn next(&self, state: &mut State) -> Option<Waiter> {
        let has_room = |lane: &u64| self.has_room(state, *lane, state.lanes[lane].running);
        let at = state.ring.iter().position(has_room)?;
        let lane = state.ring.remove(at).expect("it was found there");
        let queue = state.lanes.get_mut(&lane).expect("a lane that waits is listed");
        let waiter = queue.waiting.pop_front().expect("a lane in the ring waits");
        if !queue.waiting.is_empty() {
            state.ring.push_back(lane);
        }
        state.run(lane);
        Some(waiter)
    }
}

impl State {
    fn run(&mut self, lane: u64) {
        self.running += 1;
        self.reserved = self.reserved.saturating_sub(1);
        self.lanes.entry(lane).or_default().running += 1;
    }

    fn queue_up(&mut self, lane: u64, waker: &Waker) -> Arc<AtomicBool> {
        let granted = Arc::<AtomicBool>::default();
        let queue = self.lanes.entry(lane).or_default();
        if queue.waiting.is_empty() {
            self.ring.push_back(lane);
        }
        queue.waiting.push_back(Waiter { granted: granted.clone(), waker: waker.clone() });
        granted
    }

    /// The guest may have moved to another task since it began to wait.
    fn wait_on(&mut self, lane: u64, place: &Arc<AtomicBool>, waker: &Waker) {
        let waiting = self.lanes.get_mut(&lane).into_iter().flat_map(|queue| &mut queue.waiting);
        for waiter in waiting.filter(|waiter| Arc::ptr_eq(&waiter.granted, place)) {
            waiter.waker.clone_from(waker);
        }
    }

    fn leave(&mut self, lane: u64, place: &Arc<AtomicBool>) {
        let queue = self.lanes.get_mut(&lane).expect("a lane that waits is listed");
        queue.waiting.retain(|waiter| !Arc::ptr_eq(&waiter.granted, place));
        if queue.waiting.is_empty() {
            self.ring.retain(|waiting| *waiting != lane);
        }
    }

    fn forget_if_idle(&mut self, lane: u64) {
        if self.lanes.get(&lane).is_some_and(|queue| queue.running == 0 && queue.waiting.is_empty()) {
            self.lanes.remove(&lane);
        }
    }
}

impl Lane {
    /// A place for one more guest.
    pub(crate) fn place(self: &Arc<Self>) -> Place {
        Place { lane: self.clone(), waiting: None }
    }

    fn is_quick(&self) -> bool {
        u128::from(self.pace_nanos.load(Relaxed)) < LONG.as_nanos()
    }
}

impl Place {
    /// Ready with leave for one poll; else the task is woken when there is one.
    pub(crate) fn poll_turn(&mut self, cx: &Context<'_>) -> Poll<Turn> {
        if self.waiting.is_none() && self.lane.is_quick() {
            return Poll::Ready(Turn { of: None });
        }
        if !self.is_granted(cx.waker()) {
            return Poll::Pending;
        }
        self.waiting = None;
        Poll::Ready(Turn { of: Some(self.lane.clone()) })
    }

    /// Tells the lane how long the poll was.
    pub(crate) fn paced(&self, poll: Duration) {
        let took = u64::try_from(poll.as_nanos()).unwrap_or(u64::MAX);
        let pace = self.lane.pace_nanos.load(Relaxed);
        let now = took.max(pace - pace.div_ceil(DECAY));
        if now != pace {
            self.lane.pace_nanos.store(now, Relaxed);
        }
    }

    fn is_granted(&mut self, waker: &Waker) -> bool {
        let turns = &self.lane.turns;
        let mut state = turns.state();
        match &self.waiting {
            Some(granted) if granted.load(Relaxed) => true,
            Some(place) => {
                state.wait_on(self.lane.id, place, waker);
                false
            }
            None => {
                let granted = turns.take(&mut state, self.lane.id);
                if !granted {
                    self.waiting = Some(state.queue_up(self.lane.id, waker));
                }
                granted
            }
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some(place) = self.waiting.take() else { return };
        let turns = &self.lane.turns;
        let mut state = turns.state();
        if place.load(Relaxed) {
            drop(state);
            turns.take_back(self.lane.id);
        } else {
            state.leave(self.lane.id, &place);
            // Whoever waited behind this lane's claim may have room now.
            turns.hand_on(state, self.lane.id);
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(lane) = &self.of {
            lane.turns.take_back(lane.id);
        }
    }
}

#[cfg(test)]
mod tests;
