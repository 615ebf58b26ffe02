//! A linked component, ready to be instantiated: calls a guest and hands on its answer. It decides
//! neither whether a request may run nor what a failure looks like to the client.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, oneshot},
    time::Instant,
};
use tokio_util::task::TaskTracker;
use wasmtime::{
    Store, UpdateDeadline,
    component::{ComponentExportIndex, Instance},
};
use wasmtime_wasi_http::WasiBody;

use super::{
    admission::Admission,
    body::GuestBody,
    call::{self, Call, HeadSender},
    failure::GuestFailure,
    failures::FailureLog,
    guest::{Given, Guest, RouteGrants},
    loader::Linked,
    meter::Metered,
    prepared::Prepared,
    threads::{Threads, about_now},
    turns::{Lane, Turns},
};
use crate::{
    policy::{Limits, Reuse},
    routing::Method,
};

/// Requests an instance may answer under `reuse = "serial"` before it is thrown away, so that a slow
/// leak in a guest cannot grow for ever.
const REUSES_MAX: u32 = 1_000;

/// Instances of one route that wait to be used again: more than quick guests ever need, since most have ended when the
/// next request comes.
const IDLE_MAX: usize = 16;

/// How a component is entered.
#[derive(Clone)]
pub(crate) enum Entry {
    /// WASI 0.2 or native: the `handle` function for each method.
    Sync(Vec<(Method, ComponentExportIndex)>),
    /// WASI 0.3: one `handle` for all methods.
    Concurrent(wasmtime_wasi_http::p3::bindings::ServiceIndices),
}

/// What all handlers of a server share: who has been started, who still runs, whose turn it is, and who failed.
#[derive(Debug, Clone)]
pub(crate) struct Census {
    started: Arc<AtomicU64>,
    tasks: TaskTracker,
    turns: Arc<Turns>,
    threads: Threads,
    failures: FailureLog,
    /// Places for idle instances. What takes one there is behind no admission, so that without a bound of its own it
    /// would take the room of guests that are admitted.
    idle: Arc<Semaphore>,
}

impl Census {
    /// Nobody yet, on that many threads, with so many places for idle instances.
    pub(crate) fn new(threads: usize, idle: usize) -> Self {
        let slow = threads.saturating_sub(1).max(1);
        Self {
            started: Arc::default(),
            tasks: TaskTracker::new(),
            turns: Turns::new(threads),
            threads: Threads::new(slow),
            failures: FailureLog::default(),
            idle: Arc::new(Semaphore::new(idle)),
        }
    }

    /// Where tasks that work for guests are polled.
    pub(crate) fn threads(&self) -> Threads {
        self.threads.clone()
    }

    /// Where lines about failures go.
    pub(crate) fn failures(&self) -> FailureLog {
        self.failures.clone()
    }

    /// Instances made so far.
    pub(crate) fn started(&self) -> u64 {
        self.started.load(Ordering::Relaxed)
    }

    /// Ends when no guest runs on after its response head any more.
    pub(crate) async fn all_ended(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }
}

/// A linked component with the grants of its route.
pub(crate) struct Handler {
    code: Prepared,
    grants: Arc<RouteGrants>,
    reuse: Reuse,
    idle: Mutex<Vec<Idle>>,
    census: Census,
    lane: Arc<Lane>,
}

/// A store, and the instance in it once there is one.
pub(super) struct Slot {
    pub(super) store: Store<Guest>,
    code: Arc<Linked>,
    instance: Option<Instance>,
    requests: u32,
}

/// An instance that waits for its next request, and its places meanwhile.
struct Idle {
    slot: Slot,
    _places: OwnedSemaphorePermit,
}

/// How the call of a guest ended, and whether the answer it gave by then is whole.
struct Ended {
    result: Result<(), GuestFailure>,
    whole: bool,
}

type Head = Result<http::Response<WasiBody>, String>;
type Running = Metered<std::pin::Pin<Box<dyn Future<Output = Ended> + Send>>>;

enum Progress {
    Ended(Ended),
    Head(Head),
    Late,
}

impl Handler {
    /// Whether its guests are given just this.
    pub(crate) fn has(&self, given: &Given) -> bool {
        self.grants.are(given)
    }

    /// A handler for a linked component.
    pub(crate) fn new(prepared: Prepared, grants: RouteGrants, reuse: Reuse, census: Census) -> Self {
        Self {
            code: prepared,
            lane: census.turns.lane(),
            grants: Arc::new(grants),
            reuse,
            idle: Mutex::default(),
            census,
        }
    }

    /// The component alone, to be given the grants of a changed policy.
    pub(crate) fn prepared(&self) -> &Prepared {
        &self.code
    }

    /// Runs a guest until its response head is there, and lets it go on from there by itself.
    ///
    /// The guest is polled in the caller's own task until then, so that an answer given at once
    /// costs no other task.
    pub(crate) async fn call(
        self: &Arc<Self>,
        call: Call,
        admission: Admission,
    ) -> Result<http::Response<GuestBody>, GuestFailure> {
        let started = about_now();
        let limits = self.grants.limits();
        let first_byte = limits.wall.map_or(limits.first_byte, |wall| wall.min(limits.first_byte));
        let code = self.code(started, first_byte).await?;
        let tag = call.tag(self.census.failures());
        let is_head_alone = call.request.method() == http::Method::HEAD;
        let (sender, mut head) = oneshot::channel();
        let truncated = matches!(code.entry, Entry::Concurrent(_)).then(Arc::<AtomicBool>::default);
        let mut guest = self.start(code, call, sender, truncated.clone());
        match progress(&mut guest, &mut head, started + first_byte).await {
            Progress::Late => Err(GuestFailure::FirstByteLate(first_byte)),
            Progress::Ended(ended) => {
                let head = head.try_recv().ok();
                let response = answer_of_ended(ended, head, &tag)?;
                let (head, body) = response.into_parts();
                let body = if is_head_alone {
                    GuestBody::unread(admission)
                } else {
                    GuestBody::of_ended_guest(body, admission).ok_or(GuestFailure::BrokenBody)?
                };
                Ok(http::Response::from_parts(head, body))
            }
            Progress::Head(head) => {
                let response = head.map_err(GuestFailure::ErrorCode)?;
                Ok(self.let_go_on(guest, response, started, admission, truncated, tag))
            }
        }
    }

    /// The code, which is there but for the first requests after a start. Waiting for it counts as
    /// waiting for the head of the answer.
    async fn code(&self, started: Instant, first_byte: Duration) -> Result<Arc<Linked>, GuestFailure> {
        if let Some(code) = self.code.loaded() {
            return Ok(code.clone());
        }
        match tokio::time::timeout_at(started + first_byte, self.code.linked()).await {
            Ok(code) => code.map_err(GuestFailure::NoCode),
            Err(_) => Err(GuestFailure::CodeLate(first_byte)),
        }
    }

    fn start(
        self: &Arc<Self>,
        code: Arc<Linked>,
        call: Call,
        head: HeadSender,
        truncated: Option<Arc<AtomicBool>>,
    ) -> Running {
        let mut slot = self.take_idle().unwrap_or_else(|| self.new_slot(code));
        slot.requests += 1;
        slot.store.set_epoch_deadline(1);
        slot.store.data_mut().begin_request(call.facts.clone());
        let meter = slot.store.data().meter.clone();
        Metered::new(Box::pin(self.clone().run(slot, call, head, Cut(truncated))), meter, self.lane.place())
    }

    /// `cut` comes last, so that it is dropped before the store when this future is.
    async fn run(self: Arc<Self>, mut slot: Slot, call: Call, head: HeadSender, mut cut: Cut) -> Ended {
        let result = self.enter(&mut slot, call, head).await;
        if result.is_ok() {
            cut.0 = None;
        }
        drop(cut);
        let whole = slot.store.data_mut().end_request();
        let cpu = self.grants.limits().cpu;
        let result = match result {
            Ok(()) if whole => {
                self.keep_idle(slot);
                Ok(())
            }
            Ok(()) => Err(GuestFailure::UnfinishedBody),
            Err(error) => Err(GuestFailure::of(error, slot.store.data(), cpu)),
        };
        Ended { result, whole }
    }

    async fn enter(&self, slot: &mut Slot, call: Call, head: HeadSender) -> wasmtime::Result<()> {
        let instance = match slot.instance {
            Some(instance) => instance,
            None => {
                self.census.started.fetch_add(1, Ordering::Relaxed);
                let instance = slot.code.pre.instantiate_async(&mut slot.store).await?;
                *slot.instance.insert(instance)
            }
        };
        match &slot.code.entry {
            Entry::Sync(exports) => call::sync(&mut slot.store, instance, exports, call, head).await,
            Entry::Concurrent(service) => call::concurrent(&mut slot.store, instance, service, call, head).await,
        }
    }

    /// The response goes out now; the guest runs on in a task of its own, bounded by its wall time.
    fn let_go_on(
        self: &Arc<Self>,
        guest: Running,
        response: http::Response<WasiBody>,
        started: Instant,
        admission: Admission,
        truncated: Option<Arc<AtomicBool>>,
        tag: call::Tag,
    ) -> http::Response<GuestBody> {
        let wall = self.grants.limits().wall;
        let rest = finish(guest, started, wall, admission.clone(), tag);
        let task = self.census.tasks.spawn(self.census.threads().run(rest)).abort_handle();
        let declared = declared_bytes(response.headers());
        response.map(|body| GuestBody::of_running_guest(body, declared, admission, task, truncated))
    }

    fn take_idle(&self) -> Option<Slot> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.map(|idle| idle.slot)
    }

    /// Kept as far as there are places; otherwise the next request gets a fresh one.
    fn keep_idle(&self, mut slot: Slot) {
        let reusable = self.reuse == Reuse::Serial && slot.requests < REUSES_MAX && slot.store.data_mut().is_tidy();
        if !reusable {
            return;
        }
        let Ok(places) = self.census.idle.clone().try_acquire_many_owned(self.code.places()) else { return };
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE_MAX {
            idle.push(Idle { slot, _places: places });
        }
    }

    fn new_slot(&self, code: Arc<Linked>) -> Slot {
        let limits = self.grants.limits();
        let mut store = Store::new(code.pre.engine(), Guest::new(&self.grants));
        bound(&mut store, limits);
        Slot { store, code, instance: None, requests: 0 }
    }
}

fn bound(store: &mut Store<Guest>, limits: &Limits) {
    store.limiter(|guest| guest.memory.next_operation());
    store.set_hostcall_fuel(limits.hostcall_fuel_bytes);
    store.set_max_component_handles(limits.handles);
    store.epoch_deadline_callback(|mut context| Ok(look_at(context.data_mut())));
}

/// Called by the guest's own code when the epoch has moved: stop it, or let others run for a moment.
fn look_at(guest: &mut Guest) -> UpdateDeadline {
    if guest.meter.is_exhausted() || guest.holds_too_much() {
        UpdateDeadline::Interrupt
    } else {
        UpdateDeadline::Yield(1)
    }
}

async fn progress(guest: &mut Running, head: &mut oneshot::Receiver<Head>, late: Instant) -> Progress {
    tokio::select! {
        biased;
        ended = guest => Progress::Ended(ended),
        Ok(head) = head => Progress::Head(head),
        () = tokio::time::sleep_until(late) => Progress::Late,
    }
}

/// The guest ended before anything of its answer was sent, so a broken answer can still be replaced.
fn answer_of_ended(
    ended: Ended,
    head: Option<Head>,
    tag: &call::Tag,
) -> Result<http::Response<WasiBody>, GuestFailure> {
    match (ended.result, head) {
        (Ok(()), Some(Ok(response))) => Ok(response),
        (Err(failure), Some(Ok(response))) if ended.whole => {
            tag.log(&failure);
            Ok(response)
        }
        (_, Some(Err(code))) => Err(GuestFailure::ErrorCode(code)),
        (Ok(()), None) => Err(GuestFailure::NeverAnswered),
        (Err(failure), _) => Err(failure),
    }
}

fn declared_bytes(headers: &http::HeaderMap) -> Option<u64> {
    headers.get(http::header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

async fn finish(guest: Running, started: Instant, wall: Option<Duration>, _admission: Admission, tag: call::Tag) {
    let outcome = match wall {
        None => guest.await.result,
        Some(wall) => match tokio::time::timeout_at(started + wall, guest).await {
            Ok(ended) => ended.result,
            Err(_) => Err(GuestFailure::WallSpent(wall)),
        },
    };
    if let Err(failure) = outcome {
        tag.log(&failure);
    }
}

/// Says that a guest ended in mid-call, before its store goes and its WASI 0.3 body with it: such a
/// body cannot tell a broken end from a whole one.
struct Cut(Option<Arc<AtomicBool>>);

impl Drop for Cut {
    fn drop(&mut self) {
        if let Some(truncated) = &self.0 {
            truncated.store(true, Ordering::Release);
        }
    }
}

#[cfg(test)]
mod tests;
