//! A stream written by an async function: each item waits until the reader has asked for the next. Knows no bytes.

use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use futures_util::Stream;

use crate::body::BoxError;

/// The items that `write` sends, then its error, if it has one.
pub(crate) fn stream<T, F>(write: F) -> Piped<T>
where
    T: 'static,
    F: AsyncFnOnce(Sender<T>) -> Result<(), BoxError> + 'static,
{
    let slot = Rc::new(RefCell::new(Slot { item: None, writer: None }));
    let sender = Sender(slot.clone());
    Piped { slot, writing: Some(Box::pin(async move { write(sender).await })) }
}

/// The reading end, which drives the writing function.
pub(crate) struct Piped<T> {
    slot: Rc<RefCell<Slot<T>>>,
    writing: Option<Writing>,
}

type Writing = Pin<Box<dyn Future<Output = Result<(), BoxError>>>>;

/// The writing end.
pub(crate) struct Sender<T>(Rc<RefCell<Slot<T>>>);

struct Slot<T> {
    item: Option<T>,
    writer: Option<Waker>,
}

impl<T> Sender<T> {
    /// Hands `item` over and waits until the reader comes for the next.
    pub(crate) async fn send(&mut self, item: T) {
        let mut item = Some(item);
        poll_fn(|cx| {
            let mut slot = self.0.borrow_mut();
            if slot.item.is_none() && item.is_none() {
                return Poll::Ready(());
            }
            if slot.item.is_none() {
                slot.item = item.take();
            }
            slot.writer = Some(cx.waker().clone());
            Poll::Pending
        })
        .await;
    }
}

impl<T> Stream for Piped<T> {
    type Item = Result<T, BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(writer) = self.slot.borrow_mut().writer.take() {
            writer.wake();
        }
        let Some(writing) = &mut self.writing else { return Poll::Ready(None) };
        let outcome = writing.as_mut().poll(cx);
        if outcome.is_ready() {
            self.writing = None;
        }
        if let Some(item) = self.slot.borrow_mut().item.take() {
            return Poll::Ready(Some(Ok(item)));
        }
        outcome.map(|done| done.err().map(Err))
    }
}

#[cfg(test)]
mod tests {
    use futures_util::{FutureExt, StreamExt};

    use super::*;

    fn collect<T: 'static>(piped: Piped<T>) -> Vec<Result<T, String>> {
        let items: Vec<_> = piped.collect().now_or_never().expect("nothing waits");
        items.into_iter().map(|item| item.map_err(|error| error.to_string())).collect()
    }

    #[test]
    fn items_arrive_in_order() {
        let piped = stream(async |mut out| {
            out.send(1).await;
            out.send(2).await;
            Ok(())
        });
        assert_eq!(collect(piped), [Ok(1), Ok(2)]);
    }

    #[test]
    fn an_error_comes_after_the_items_before_it() {
        let piped = stream(async |mut out| {
            out.send("a").await;
            Err("out of paper".into())
        });
        assert_eq!(collect(piped), [Ok("a"), Err("out of paper".to_owned())]);
    }

    #[test]
    fn the_writer_goes_on_only_when_the_reader_asks() {
        let progress = Rc::new(RefCell::new(0));
        let seen = progress.clone();
        let mut piped = stream(async move |mut out| {
            for step in 1..=3 {
                *seen.borrow_mut() = step;
                out.send(step).await;
            }
            Ok(())
        });
        assert_eq!(*progress.borrow(), 0);
        piped.next().now_or_never();
        assert_eq!(*progress.borrow(), 1);
        piped.next().now_or_never();
        assert_eq!(*progress.borrow(), 2);
    }
}
