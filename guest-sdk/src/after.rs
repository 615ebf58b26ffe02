//! Work that outlives the response. Starts nothing before the response has been sent.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::pin::Pin;

type Work = Pin<Box<dyn Future<Output = ()>>>;

thread_local! {
    static REGISTERED: RefCell<VecDeque<Work>> = const { RefCell::new(VecDeque::new()) };
}

/// Runs `work` when the response has been sent whole, after what was registered before it.
///
/// The request goes on until it is done: its limits hold for the work too, and a shutdown waits for it. It runs as
/// well where the client went away before the end.
///
/// ```no_run
/// use routelet_sdk::prelude::*;
///
/// #[post]
/// async fn order(body: String) -> StatusCode {
///     after(async move {
///         println!("ordered: {body}");
///     });
///     StatusCode::ACCEPTED
/// }
/// ```
pub fn after(work: impl Future<Output = ()> + 'static) {
    REGISTERED.with_borrow_mut(|registered| registered.push_back(Box::pin(work)));
}

/// Runs what is registered, and what that registers in turn.
pub(crate) async fn run_all() {
    while let Some(work) = REGISTERED.with_borrow_mut(VecDeque::pop_front) {
        work.await;
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use futures_util::FutureExt;

    use super::*;

    #[test]
    fn work_runs_in_the_order_of_registration() {
        let log = Rc::new(RefCell::new(Vec::new()));
        for name in ["first", "second"] {
            let log = log.clone();
            after(async move {
                log.borrow_mut().push(name);
                let inner = log.clone();
                after(async move { inner.borrow_mut().push("registered by work") });
            });
        }
        assert!(log.borrow().is_empty(), "nothing runs before its time");
        run_all().now_or_never().expect("nothing waits");
        assert_eq!(*log.borrow(), ["first", "second", "registered by work", "registered by work"]);
    }
}
