//! Leave to run a guest now: one gate for each route, one for the whole server. It knows nothing of HTTP.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::AcqRel},
    },
    time::Duration,
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// One route holds one in so many of the server's places at most, unless its operator chose more: it
/// takes eight routes at their worst to fill a server, never one.
const ROUTE_SHARE: usize = 8;

/// What bounds the places of the server that the guests of one route hold together.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Places {
    /// All that the server has.
    pub(crate) of_server: usize,
    /// What one guest takes.
    pub(crate) of_guest: usize,
    /// The `concurrency` of the route.
    pub(crate) concurrency: usize,
    /// Whether the operator wrote that number, and so means it.
    pub(crate) chosen: bool,
}

impl Places {
    /// How many guests of the route may run at a time: its `concurrency`, as far as they fit into its
    /// share of the server or into as many places as the operator wrote; always one.
    pub(crate) fn guests(self) -> usize {
        let share = self.of_server / ROUTE_SHARE;
        let most = if self.chosen { share.max(self.concurrency) } else { share };
        self.concurrency.min(most / self.of_guest).max(1)
    }
}

/// How many guests may run at once, how many requests may wait for that, and for how long.
#[derive(Debug)]
pub(crate) struct Gate {
    running: Arc<Semaphore>,
    concurrency: usize,
    queue_max: usize,
    queue_wait: Duration,
    queued: AtomicUsize,
}

/// The gate is closed for now: too many requests run and wait already.
#[derive(Debug, thiserror::Error)]
#[error("{concurrency} requests run and {queue_max} wait already, or one waited longer than {queue_wait:?}")]
pub(crate) struct Overload {
    concurrency: usize,
    queue_max: usize,
    queue_wait: Duration,
}

/// Leave to run, shared by the response body and the guest's task; free when the later of them ends.
#[derive(Debug, Clone)]
pub(crate) struct Admission {
    _permits: Arc<(OwnedSemaphorePermit, OwnedSemaphorePermit)>,
}

impl Gate {
    /// A gate for `concurrency` guests at once and `queue_max` requests waiting `queue_wait` at most.
    pub(crate) fn new(concurrency: usize, queue_max: usize, queue_wait: Duration) -> Self {
        Self {
            running: Arc::new(Semaphore::new(concurrency)),
            concurrency,
            queue_max,
            queue_wait,
            queued: AtomicUsize::new(0),
        }
    }

    /// How many places there are.
    pub(crate) fn concurrency(&self) -> usize {
        self.concurrency
    }

    /// How many places are taken under this gate now.
    pub(crate) fn running(&self) -> usize {
        self.concurrency - self.running.available_permits().min(self.concurrency)
    }

    /// One place, or several for a guest that takes the room of several; never more than there are.
    ///
    /// Places go to those who wait in the order of their coming, so that a guest of several is not
    /// overtaken for ever. What is free already is kept for it meanwhile: a few places, and no longer
    /// than `queue_wait`. Whoever stands behind it came later, so it has given up before they have to.
    async fn pass(&self, places: usize) -> Result<OwnedSemaphorePermit, Overload> {
        let places = u32::try_from(places.min(self.concurrency)).unwrap_or(u32::MAX);
        if let Ok(permit) = self.running.clone().try_acquire_many_owned(places) {
            return Ok(permit);
        }
        let _place = QueuePlace::take(self).ok_or_else(|| self.overload())?;
        match tokio::time::timeout(self.queue_wait, self.running.clone().acquire_many_owned(places)).await {
            Ok(Ok(permit)) => Ok(permit),
            Ok(Err(_)) | Err(_) => Err(self.overload()),
        }
    }

    fn overload(&self) -> Overload {
        Overload { concurrency: self.concurrency, queue_max: self.queue_max, queue_wait: self.queue_wait }
    }
}

/// Admits one request through the gate of its route and the gate of the server, where its guest takes
/// as many places as the pools behind it hold shares for it.
pub(crate) async fn admit(route: &Gate, server: &Gate, shares: usize) -> Result<Admission, Overload> {
    let of_route = route.pass(1).await?;
    let of_server = server.pass(shares).await?;
    Ok(Admission { _permits: Arc::new((of_route, of_server)) })
}

/// One waiting request; its place is given back however the wait ends.
struct QueuePlace<'g>(&'g Gate);

impl<'g> QueuePlace<'g> {
    fn take(gate: &'g Gate) -> Option<Self> {
        let place = Self(gate);
        (gate.queued.fetch_add(1, AcqRel) < gate.queue_max).then_some(place)
    }
}

impl Drop for QueuePlace<'_> {
    fn drop(&mut self) {
        self.0.queued.fetch_sub(1, AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVER: usize = 8;

    fn gates(concurrency: usize, queue: usize) -> (Gate, Gate) {
        let wait = Duration::from_secs(1);
        (Gate::new(concurrency, queue, wait), Gate::new(SERVER, SERVER, wait))
    }

    #[tokio::test(start_paused = true)]
    async fn a_full_route_without_a_queue_sheds_at_once() {
        let (route, server) = gates(1, 0);
        let held = admit(&route, &server, 1).await.expect("the first is admitted");
        assert!(admit(&route, &server, 1).await.is_err());
        drop(held);
        assert!(admit(&route, &server, 1).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_queued_request_gives_up_after_its_wait() {
        let (route, server) = gates(1, 1);
        let _held = admit(&route, &server, 1).await.expect("the first is admitted");
        let before = tokio::time::Instant::now();
        assert!(admit(&route, &server, 1).await.is_err());
        assert_eq!(before.elapsed(), Duration::from_secs(1));
    }

    #[tokio::test(start_paused = true)]
    async fn an_admission_is_free_when_its_last_holder_ends() {
        let (route, server) = gates(1, 0);
        let body = admit(&route, &server, 1).await.expect("the first is admitted");
        let task = body.clone();
        drop(body);
        assert!(admit(&route, &server, 1).await.is_err());
        assert_eq!((route.running(), server.running()), (1, 1));
        drop(task);
        assert_eq!((route.running(), server.running()), (0, 0));
        assert!(admit(&route, &server, 1).await.is_ok());
    }

    #[test]
    fn a_route_holds_its_share_of_the_server_or_what_its_operator_chose() {
        for (of_server, of_guest, concurrency, chosen, guests) in [
            (512, 1, 64, false, 64),
            (512, 8, 64, false, 8),
            (512, 16, 64, false, 4),
            (512, 3, 64, false, 21),
            (512, 1, 4, false, 4),
            (512, 3, 4, false, 4),
            // A larger server has larger shares, but a route no more than its concurrency.
            (4_096, 1, 64, false, 64),
            (4_096, 8, 64, false, 64),
            (64, 1, 64, false, 8),
            (4, 1, 64, false, 1),
            (4, 8, 64, false, 1),
            // What the operator writes counts in places, and never takes from the share.
            (64, 1, 64, true, 64),
            (512, 1, 512, true, 512),
            (512, 8, 512, true, 64),
            (512, 8, 2, true, 2),
            (512, 16, 2, true, 2),
            (8, 16, 1, true, 1),
        ] {
            let places = Places { of_server, of_guest, concurrency, chosen };
            assert_eq!(places.guests(), guests, "{places:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_for_several_places_holds_nobody_back_until_their_own_wait_is_over() {
        let ((heavy, light), server) = ((gates(9, 9).0, gates(9, 9).0), gates(9, 9).1);
        let _held = admit(&heavy, &server, SERVER - 1).await.expect("the server is empty");
        let later = Duration::from_millis(10);
        let behind = async {
            tokio::time::sleep(later).await;
            let before = tokio::time::Instant::now();
            let admitted = admit(&light, &server, 1).await;
            (admitted, before.elapsed())
        };
        let (large, (small, waited)) = tokio::join!(admit(&heavy, &server, 3), behind);
        assert!(large.is_err(), "there never are three places");
        assert!(small.is_ok() && waited < Duration::from_secs(1), "one place was free all the time: {waited:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_guest_of_many_parts_takes_several_places_of_the_server() {
        let (route, server) = gates(100, 0);
        let mut held = Vec::new();
        while let Ok(admission) = admit(&route, &server, 3).await {
            held.push(admission);
        }
        assert_eq!((held.len(), server.running()), (2, 6));
        let light = admit(&route, &server, 1).await.expect("two places are left");
        drop((held, light));
        let alone = admit(&route, &server, 100).await.expect("it has the server for itself");
        assert!(admit(&route, &server, 1).await.is_err());
        drop(alone);
    }
}
