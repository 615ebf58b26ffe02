//! How much of the threads one route may use before it stands back for others: a bucket that fills
//! with its share of the cores. It knows no clock and no other route.

use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

/// One route's part of the cores is a quarter.
const PART: u32 = 4;
/// What a route may use at once after a pause, beyond its share.
const BURST: Duration = Duration::from_millis(10);
/// How long it takes at most until a route that used too much and stopped has its share again.
const DEBT_MAX: Duration = Duration::from_millis(100);

/// How much less than its share a route has to use, once it has used too much: held back by others
/// it uses little, and would crowd them again at once.
const REPENTANCE: u32 = 4;

/// What one route has used.
#[derive(Debug)]
pub(super) struct Share {
    cores: u32,
    /// Since the beginning, in nanoseconds: when its share will have made up for what it used.
    made_up: AtomicU64,
}

impl Share {
    /// Of that many cores.
    pub(super) fn new(cores: usize) -> Self {
        Self { cores: u32::try_from(cores).unwrap_or(u32::MAX), made_up: AtomicU64::new(0) }
    }

    /// Of two uses at once one may be lost: it is an estimate.
    pub(super) fn uses(&self, time: Duration, now: Duration) {
        let weight = if self.is_used_up(now) { PART * REPENTANCE } else { PART };
        let made_up = self.made_up().max(now) + time.min(DEBT_MAX) * weight / self.cores;
        let made_up = made_up.min(now + BURST + DEBT_MAX);
        self.made_up.store(super::nanos(made_up), Relaxed);
    }

    /// Whether it should stand back.
    pub(super) fn is_used_up(&self, now: Duration) -> bool {
        self.made_up() > now + BURST
    }

    fn made_up(&self) -> Duration {
        Duration::from_nanos(self.made_up.load(Relaxed))
    }
}

/// What requests cost of late, in execution time.
#[derive(Debug, Default)]
pub(super) struct Cost(AtomicU64);

/// How much execution time is looked back at, in microseconds.
const LOOK_BACK_MICROS: u64 = 50_000;

impl Cost {
    /// Enters time, and the beginning of a request or none. As above, an estimate.
    pub(super) fn enter(&self, time: Duration, begins: bool) {
        let (micros, requests) = self.sums();
        let micros = micros + u64::try_from(time.as_micros()).unwrap_or(u64::MAX).min(LOOK_BACK_MICROS);
        let requests = requests + u64::from(begins);
        let aged = u64::from(micros >= LOOK_BACK_MICROS);
        self.0.store((micros >> aged) << 32 | (requests >> aged), Relaxed);
    }

    /// Whether its requests cost clearly more than those.
    pub(super) fn is_above(&self, others: &Self) -> bool {
        let ((micros, requests), (their_micros, their_requests)) = (self.sums(), others.sums());
        // The quotients compared without dividing; a quarter more is within the noise.
        4 * micros * their_requests.max(1) > 5 * their_micros * requests.max(1)
    }

    fn sums(&self) -> (u64, u64) {
        let packed = self.0.load(Relaxed);
        (packed >> 32, packed & u64::from(u32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Uses that much of each millisecond, and says whether the share was used up after that many.
    fn used_up(share: &Share, from_ms: u64, each: Duration, milliseconds: u64) -> bool {
        let moments = (from_ms..from_ms + milliseconds).map(Duration::from_millis);
        moments.fold(false, |_, now| {
            share.uses(each, now);
            share.is_used_up(now)
        })
    }

    #[test]
    fn a_quarter_of_the_cores_is_never_too_much_and_more_soon_is() {
        for (cores, micros, expected) in [(2, 450, false), (2, 600, true), (8, 1900, false), (8, 2200, true)] {
            let used_up = used_up(&Share::new(cores), 0, Duration::from_micros(micros), 500);
            assert_eq!(used_up, expected, "{micros} microseconds of a millisecond on {cores} cores");
        }
    }

    #[test]
    fn a_short_burst_is_not_held_against_a_route() {
        let share = Share::new(2);
        assert!(!used_up(&share, 0, Duration::from_millis(1), 8));
        assert!(used_up(&share, 8, Duration::from_millis(1), 8));
    }

    #[test]
    fn whoever_used_too_much_has_its_share_again_after_a_moment() {
        let share = Share::new(2);
        assert!(used_up(&share, 0, Duration::from_secs(60), 10));
        assert!(share.is_used_up(Duration::from_millis(100)));
        assert!(!share.is_used_up(Duration::from_millis(9) + DEBT_MAX));
    }

    #[test]
    fn whoever_is_held_back_is_not_let_loose_for_using_less_at_once() {
        let share = Share::new(2);
        assert!(used_up(&share, 0, Duration::from_millis(2), 50));
        assert!(used_up(&share, 50, Duration::from_micros(200), 500), "less than its share, which would fill the rest");
        assert!(!used_up(&share, 550, Duration::from_micros(50), 500));
    }

    #[test]
    fn requests_that_cost_more_than_the_average_are_told_from_those_that_do_not() {
        for (micros, begins, expected) in [(50, 1, false), (200, 1, true), (100, 1000, true)] {
            let (cost, all) = (Cost::default(), Cost::default());
            for round in 0..2_000 {
                all.enter(Duration::from_micros(50), true);
                for cost in [&cost, &all] {
                    cost.enter(Duration::from_micros(micros), round % begins == 0);
                }
            }
            assert_eq!((cost.is_above(&all), all.is_above(&all)), (expected, false), "{micros} {begins}");
        }
    }
}
