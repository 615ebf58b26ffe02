//! Whose turn it is, polled by hand.

use std::{
    sync::atomic::{AtomicUsize, Ordering::SeqCst},
    task::Wake,
};

use super::*;

/// Counts how often it is woken.
#[derive(Default)]
struct Bell(AtomicUsize);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, SeqCst);
    }
}

/// A guest at its place.
struct Seen {
    place: Place,
    bell: Arc<Bell>,
}

impl Seen {
    fn of(lane: &Arc<Lane>) -> Self {
        Self { place: lane.place(), bell: Arc::default() }
    }

    fn poll(&mut self) -> Option<Turn> {
        let waker = Waker::from(self.bell.clone());
        match self.place.poll_turn(&Context::from_waker(&waker)) {
            Poll::Ready(turn) => Some(turn),
            Poll::Pending => None,
        }
    }

    fn was_woken(&self) -> usize {
        self.bell.0.load(SeqCst)
    }
}

fn long_lane(turns: &Arc<Turns>) -> Arc<Lane> {
    let lane = turns.lane();
    lane.paced(Duration::from_millis(10));
    lane
}

#[test]
fn a_route_of_short_polls_waits_for_nobody() {
    let turns = Turns::new(2);
    let (long, short) = (long_lane(&turns), turns.lane());
    let held: Vec<_> = std::iter::repeat_with(|| Seen::of(&long).poll()).take(3).flatten().collect();
    assert_eq!(held.len(), 1, "one thread is never given away");
    let quick: Vec<_> = std::iter::repeat_with(|| Seen::of(&short).poll()).take(100).flatten().collect();
    assert_eq!(quick.len(), 100);
}

#[test]
fn a_route_is_quick_again_when_its_polls_are() {
    let turns = Turns::new(2);
    let lane = long_lane(&turns);
    let polls = (0..).find(|_| {
        lane.paced(Duration::from_micros(50));
        lane.is_quick()
    });
    // As much time in short polls as it took in the long one.
    assert!((100..300).contains(&polls.expect("it ends")), "{polls:?}");
}

#[test]
fn one_slow_request_among_hundreds_makes_no_slow_route() {
    let lane = Turns::new(2).lane();
    for _ in 0..200 {
        lane.paced(Duration::from_micros(50));
    }
    lane.paced(Duration::from_millis(3));
    assert!(lane.is_quick(), "{lane:?}");
}

#[test]
fn a_route_alone_uses_what_it_likes_and_beside_cheaper_ones_its_share() {
    let turns = Turns::new(3);
    let [dear, cheap] = [turns.lane(), turns.lane()];
    for _ in 0..1000 {
        dear.used(Duration::from_micros(150), true, Instant::now());
    }
    assert!(dear.may_be_quick(Instant::now()));
    let stands_back = (0..10_000).any(|_| {
        cheap.used(Duration::from_micros(20), true, Instant::now());
        dear.used(Duration::from_micros(150), true, Instant::now());
        !dear.may_be_quick(Instant::now())
    });
    assert!(stands_back && cheap.may_be_quick(Instant::now()));
}

#[test]
fn a_route_alone_has_every_turn_and_half_of_them_while_others_wait() {
    let turns = Turns::new(5);
    let (one, other) = (long_lane(&turns), long_lane(&turns));
    let mut guests: Vec<_> = (0..6).map(|_| Seen::of(&one)).collect();
    let mut held: VecDeque<_> = guests.iter_mut().filter_map(Seen::poll).collect();
    assert_eq!(held.len(), 4, "all but one of five threads");

    let mut late: Vec<_> = (0..3).map(|_| Seen::of(&other)).collect();
    assert!(late.iter_mut().all(|guest| guest.poll().is_none()));
    drop(held.pop_front());
    drop(held.pop_front());
    assert_eq!([late[0].was_woken(), late[1].was_woken()], [1, 1], "what comes free goes to who has less than half");
    drop(held.pop_front());
    assert_eq!(guests[4].was_woken(), 1, "and then to who waited longest, up to half");
    assert_eq!((late[2].was_woken(), guests[5].was_woken()), (0, 0));
}

#[test]
fn a_route_has_every_turn_again_when_nobody_waited_for_a_while() {
    let turns = Turns::new(3);
    let (one, other) = (long_lane(&turns), long_lane(&turns));
    let held: Vec<_> = (0..2).filter_map(|_| Seen::of(&one).poll()).collect();
    let mut late = Seen::of(&other);
    assert!(held.len() == 2 && late.poll().is_none());
    drop(held);
    drop(late.poll().expect("it was handed over"));
    drop(late);
    for _ in 2..RESERVED_TURNS {
        let first = Seen::of(&one).poll();
        assert!(first.is_some() && Seen::of(&one).poll().is_none(), "half is kept for who waited");
    }
    let held: Vec<_> = (0..3).filter_map(|_| Seen::of(&one).poll()).collect();
    assert_eq!(held.len(), 2);
}

#[test]
fn turns_go_round_between_routes_and_in_order_within_one() {
    let turns = Turns::new(2);
    let lanes = [long_lane(&turns), long_lane(&turns), long_lane(&turns)];
    let first = Seen::of(&lanes[0]).poll().expect("nobody was before");
    let mut waiting = Vec::new();
    for lane in [0, 0, 0, 1, 1, 2] {
        waiting.push((lane, Seen::of(&lanes[lane])));
    }
    assert!(waiting.iter_mut().all(|(_, guest)| guest.poll().is_none()));
    let mut held = Some(first);
    let mut order = Vec::new();
    while !waiting.is_empty() {
        drop(held.take());
        let at = waiting.iter().position(|(_, guest)| guest.was_woken() == 1).expect("somebody is woken");
        let (lane, mut guest) = waiting.remove(at);
        held = guest.poll();
        assert!(held.is_some(), "the turn was handed over");
        order.push(lane);
    }
    assert_eq!(order, [0, 1, 2, 0, 1, 0]);
    drop(held);
    assert!(turns.state().lanes.is_empty() && turns.state().running == 0, "{turns:?}");
}

#[test]
fn a_guest_that_ends_in_the_queue_takes_no_turn_along() {
    let turns = Turns::new(2);
    let (one, other) = (long_lane(&turns), long_lane(&turns));
    let held = Seen::of(&one).poll();
    let [mut granted, mut left, mut last] = [Seen::of(&other), Seen::of(&one), Seen::of(&one)];
    assert!(granted.poll().is_none() && left.poll().is_none() && last.poll().is_none());
    drop(left);
    drop(held);
    assert_eq!((granted.was_woken(), last.was_woken()), (1, 0));
    drop(granted);
    assert_eq!(last.was_woken(), 1, "a turn granted and never used goes on to the next");
    assert!(last.poll().is_some());
}

#[test]
fn a_guest_that_moved_to_another_task_is_woken_there() {
    let turns = Turns::new(2);
    let lane = long_lane(&turns);
    let held = Seen::of(&lane).poll();
    let mut guest = Seen::of(&lane);
    assert!(guest.poll().is_none());
    let before = std::mem::take(&mut guest.bell);
    assert!(guest.poll().is_none());
    drop(held);
    assert_eq!((before.0.load(SeqCst), guest.was_woken()), (0, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_wake_up_is_lost_between_threads() {
    let turns = Turns::new(3);
    let guests = (0..24).map(|number| {
        let turns = turns.clone();
        let lane = long_lane(&turns);
        tokio::spawn(async move {
            for round in 0..500 {
                let mut place = lane.place();
                let turn = std::future::poll_fn(|cx| place.poll_turn(cx)).await;
                place.lane().paced(LONG);
                if (round + number) % 3 == 0 {
                    tokio::task::yield_now().await;
                }
                drop(turn);
            }
        })
    });
    for guest in guests.collect::<Vec<_>>() {
        guest.await.expect("no panic");
    }
    assert!(turns.state().lanes.is_empty() && turns.state().running == 0, "{turns:?}");
}
