//! Where tasks are polled, seen by the names of the threads they run on.

use std::{future::poll_fn, time::Duration};

use tokio::{sync::oneshot, task::yield_now};

use super::{super::turns::Turns, *};

fn is_slow() -> bool {
    std::thread::current().name() == Some(SLOW)
}

/// Goes on for that lane; says whether on slow threads.
async fn work(lane: &Arc<Lane>) -> bool {
    poll_fn(|cx| {
        let place = works_for(lane);
        if place.is_pending() {
            cx.waker().wake_by_ref();
        }
        place
    })
    .await;
    is_slow()
}

fn long_lane(turns: &Arc<Turns>) -> Arc<Lane> {
    let lane = turns.lane();
    lane.paced(Duration::from_millis(10));
    lane
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_works_for_long_polls_is_on_slow_threads_until_it_rests() {
    let turns = Turns::new(3);
    let (long, short) = (long_lane(&turns), turns.lane());
    let places = Threads::new(1).run(async move {
        let mut places = vec![work(&short).await, work(&long).await, work(&long).await];
        rests();
        yield_now().await;
        places.extend([is_slow(), work(&long).await, work(&short).await]);
        yield_now().await;
        places.push(is_slow());
        places
    });
    let places = tokio::spawn(places).await.expect("no panic");
    // A quick lane may go on where it is found; it goes home with the end of the poll.
    assert_eq!(places, [false, true, true, false, true, true, false]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_route_beside_others_moves_once_it_has_used_its_share() {
    let turns = Turns::new(3);
    let (greedy, other) = (turns.lane(), turns.lane());
    let moved = Threads::new(1).run(async move {
        while !work(&greedy).await {
            other.used(Duration::from_micros(10), true, Instant::now());
            greedy.used(Duration::from_micros(150), true, Instant::now());
        }
        other.may_be_quick(Instant::now())
    });
    assert!(moved.await, "the other used next to nothing");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn no_slow_thread_is_started_where_nothing_is_slow() {
    let turns = Turns::new(3);
    let (lane, threads) = (turns.lane(), Threads::new(1));
    assert!(!threads.clone().run(async move { work(&lane).await }).await);
    assert!(threads.0.slow.get().is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_task_that_is_given_up_ends_on_slow_threads_too() {
    let lane = long_lane(&Turns::new(3));
    let ((moved, has_moved), (held, has_ended)) = (oneshot::channel(), oneshot::channel::<()>());
    let task = tokio::spawn(Threads::new(1).run(async move {
        let _held = held;
        let _ = moved.send(work(&lane).await);
        std::future::pending::<()>().await;
    }));
    assert!(has_moved.await.expect("it says so"));
    task.abort();
    has_ended.await.expect_err("nothing is sent, and the sender is gone");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_panic_on_slow_threads_is_one_of_the_task() {
    let lane = long_lane(&Turns::new(3));
    let task = Threads::new(1).run(async move {
        assert!(!work(&lane).await, "on purpose");
    });
    let ended = tokio::spawn(task).await.expect_err("it panics");
    assert!(ended.is_panic());
}

#[tokio::test]
async fn where_everything_runs_on_one_thread_nothing_moves() {
    let lane = long_lane(&Turns::new(3));
    assert!(!Threads::new(1).run(async move { work(&lane).await }).await);
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn slow_threads_wait_behind_all_others() {
    let lane = long_lane(&Turns::new(3));
    let niceness = || rustix::process::getpriority_process(None).expect("a thread may ask");
    let slow = Threads::new(1).run(async move {
        work(&lane).await;
        niceness()
    });
    assert_eq!(slow.await, (niceness() + NICENESS).min(19));
}
