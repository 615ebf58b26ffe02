//! Leave to execute: guests whose polls are long take turns, so that no route holds the threads all
//! others need; and what is known of a route's polls. It measures nothing and never stops a poll.
//!
//! A guest that computes is polled until the epoch makes it yield, a tick or two later. Dozens of
//! those would fill every thread's queue, and whatever else is ready would wait behind all of them.
//! So a route whose polls were long of late takes a turn for each poll and gives it back with the
//! poll's end: fewer turns than threads, handed round from route to route, and within a route from
//! request to request. A route whose polls are short takes none: it delays nobody.

mod share;

use std::{
    collections::{HashMap, VecDeque},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    task::{Context, Poll, Waker},
    time::{Duration, Instant},
};

use self::share::{Cost, Share};

/// A poll shorter than this delays nobody who would notice, not even behind a route's whole concurrency.
pub(crate) const LONG: Duration = Duration::from_micros(200);
/// How much execution time of a route is looked back at, in microseconds: one slow request among
/// hundreds of quick ones makes no slow route, and it is known for one by its first few.
const LOOK_BACK_MICROS: u32 = 20_000;
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
    begun: Instant,
    /// What the requests of all routes cost.
    cost: Cost,
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
    pace: AtomicU64,
    share: Share,
    cost: Cost,
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
        Arc::new(Self {
            at_once,
            share: at_once.div_ceil(2),
            state: Mutex::default(),
            begun: Instant::now(),
            cost: Cost::default(),
        })
    }

    /// A lane for one more route.
    pub(crate) fn lane(self: &Arc<Self>) -> Arc<Lane> {
        let mut state = self.state();
        state.last_lane += 1;
        Arc::new(Lane {
            turns: self.clone(),
            id: state.last_lane,
            pace: AtomicU64::new(0),
            share: Share::new(self.at_once),
            cost: Cost::default(),
        })
    }

    /// A moment as shares count time.
    fn since_begun(&self, at: Instant) -> Duration {
        at.saturating_duration_since(self.begun)
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

    /// Whether most of its execution time of late was spent in short polls.
    pub(super) fn is_quick(&self) -> bool {
        Pace::unpacked(self.pace.load(Relaxed)).is_quick()
    }

    /// Whether it neither has long polls nor used more than its share beside cheaper requests. A
    /// route that is alone uses what it likes.
    pub(super) fn may_be_quick(&self, at: Instant) -> bool {
        let is_greedy = || self.share.is_used_up(self.turns.since_begun(at)) && self.cost.is_above(&self.turns.cost);
        self.is_quick() && !is_greedy()
    }

    /// Is told what a poll took with all that was done around the guest, whether a request began in it, and when it
    /// ended.
    pub(super) fn used(&self, poll: Duration, begins: bool, at: Instant) {
        self.turns.cost.enter(poll, begins);
        self.share.uses(poll, self.turns.since_begun(at));
        self.cost.enter(poll, begins);
        if poll >= LONG {
            self.paced(poll);
        }
    }

    /// Is told how long a poll was. Of two told at once one may be lost: it is an estimate.
    pub(super) fn paced(&self, poll: Duration) {
        let pace = Pace::unpacked(self.pace.load(Relaxed));
        self.pace.store(pace.after(poll).packed(), Relaxed);
    }
}

/// Where the execution time of a route went of late.
#[derive(Debug, Clone, Copy)]
struct Pace {
    long_micros: u32,
    all_micros: u32,
}

impl Pace {
    fn is_quick(self) -> bool {
        self.long_micros <= self.all_micros / 2
    }

    fn after(self, poll: Duration) -> Self {
        // Of a poll beyond all measure no more counts than there is room for.
        let micros = u32::try_from(poll.as_micros()).unwrap_or(u32::MAX).min(LOOK_BACK_MICROS);
        let long_micros = if poll < LONG { 0 } else { micros };
        let sum = Self { long_micros: self.long_micros + long_micros, all_micros: self.all_micros + micros };
        if sum.all_micros < LOOK_BACK_MICROS {
            return sum;
        }
        Self { long_micros: sum.long_micros / 2, all_micros: sum.all_micros / 2 }
    }

    fn packed(self) -> u64 {
        u64::from(self.long_micros) << 32 | u64::from(self.all_micros)
    }

    fn unpacked(packed: u64) -> Self {
        Self { long_micros: (packed >> 32) as u32, all_micros: packed as u32 }
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

    /// Whose it is.
    pub(super) fn lane(&self) -> &Arc<Lane> {
        &self.lane
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

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
