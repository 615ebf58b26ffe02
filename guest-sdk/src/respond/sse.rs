//! Server-sent events (WHATWG HTML, section 9.2): the response and the encoding of events.

use std::fmt::{self, Display, Write};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Stream, StreamExt, TryStreamExt};
use http::header::{CACHE_CONTROL, HeaderValue};
use serde::Serialize;

use crate::body::{Body, BoxError};
use crate::pipe::{self, Sender};
use crate::respond::{IntoResponse, Response, typed};
use crate::time::sleep;

/// How long a stream of events may be silent before a comment is sent: well below the 30 to 60 seconds after which
/// proxies commonly give a connection up.
const KEEP_ALIVE_DEFAULT: Duration = Duration::from_secs(15);

type EventStream = Pin<Box<dyn Stream<Item = Result<Event, BoxError>>>>;

/// A response of content type `text/event-stream`: each event reaches the client when it is sent.
///
/// In a silence of 15 seconds a comment is sent, so that proxies keep the connection and a client that went away is
/// noticed. An error cuts the connection; the client's `EventSource` then connects again.
///
/// ```
/// use routelet_sdk::prelude::*;
/// use std::time::Duration;
///
/// #[get]
/// async fn clock() -> Sse {
///     Sse::new(async |mut events| {
///         for tick in 0..10 {
///             events.send(Event::new(tick).event("tick").id(tick)).await?;
///             sleep(Duration::from_secs(1)).await;
///         }
///         Ok(())
///     })
/// }
/// ```
pub struct Sse {
    events: EventStream,
    keep_alive: Option<Duration>,
}

impl Sse {
    /// The events that `write` sends. It runs while the response is sent, and waits whenever the client is slower.
    pub fn new<F>(write: F) -> Self
    where
        F: AsyncFnOnce(Events) -> Result<(), BoxError> + 'static,
    {
        Self::from_stream(pipe::stream(async move |sender| write(Events(sender)).await))
    }

    /// The events that `stream` yields.
    ///
    /// ```
    /// use routelet_sdk::prelude::*;
    /// use std::convert::Infallible;
    ///
    /// #[get]
    /// async fn letters() -> Sse {
    ///     Sse::from_stream(stream::iter(["a", "b"]).map(|letter| Ok::<_, Infallible>(Event::new(letter))))
    /// }
    /// ```
    pub fn from_stream<S, E>(stream: S) -> Self
    where
        S: Stream<Item = Result<Event, E>> + 'static,
        E: Into<BoxError> + 'static,
    {
        Self { events: stream.map_err(Into::into).boxed_local(), keep_alive: Some(KEEP_ALIVE_DEFAULT) }
    }

    /// Sends a comment after each silence of `interval`.
    ///
    /// ```
    /// use routelet_sdk::prelude::*;
    /// use std::time::Duration;
    ///
    /// let quiet = Sse::new(async |_| Ok(())).keep_alive(Duration::from_secs(5));
    /// ```
    pub fn keep_alive(self, interval: Duration) -> Self {
        Self { keep_alive: Some(interval), ..self }
    }

    /// Sends nothing but the events.
    pub fn without_keep_alive(self) -> Self {
        Self { keep_alive: None, ..self }
    }
}

impl IntoResponse for Sse {
    fn into_response(self) -> Response {
        let bytes = self.events.map_ok(|event| Bytes::from(event.to_string()));
        let body = match self.keep_alive {
            Some(interval) => Body::from_stream(KeptAlive { events: bytes, interval, silence: None }),
            None => Body::from_stream(bytes),
        };
        let mut response = typed("text/event-stream", body);
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        response
    }
}

impl fmt::Debug for Sse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sse(keep-alive: {:?})", self.keep_alive)
    }
}

/// Where the events of an [`Sse`] are sent to.
///
/// ```
/// use routelet_sdk::body::BoxError;
/// use routelet_sdk::prelude::*;
/// use routelet_sdk::respond::Events;
///
/// async fn say(events: &mut Events, text: &str) -> Result<(), BoxError> {
///     events.send(Event::new(text).event("said")).await
/// }
/// ```
pub struct Events(Sender<Event>);

impl Events {
    /// Sends `event`, and waits until the host has taken it.
    pub async fn send(&mut self, event: Event) -> Result<(), BoxError> {
        self.0.send(event).await;
        Ok(())
    }
}

/// One server-sent event. Its `Display` is what goes over the wire.
///
/// ```
/// use routelet_sdk::prelude::*;
/// use std::time::Duration;
///
/// let event = Event::new("two\nlines").event("note").id(7).retry(Duration::from_secs(2));
/// assert_eq!(event.to_string(), "event: note\nid: 7\nretry: 2000\ndata: two\ndata: lines\n\n");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Event {
    fields: String,
    data: Option<String>,
}

impl Event {
    /// An event with this text. Its line breaks, of any kind, arrive as line feeds.
    pub fn new(data: impl Display) -> Self {
        Self { fields: String::new(), data: Some(data.to_string()) }
    }

    /// An event whose text is `value` as JSON.
    ///
    /// ```
    /// use routelet_sdk::prelude::*;
    ///
    /// assert_eq!(Event::json(&[1, 2]).unwrap().to_string(), "data: [1,2]\n\n");
    /// ```
    pub fn json(value: &impl Serialize) -> Result<Self, serde_json::Error> {
        serde_json::to_string(value).map(Self::new)
    }

    /// Something that clients ignore.
    pub fn comment(text: impl Display) -> Self {
        let mut event = Self::default();
        event.push_lines("", &text.to_string());
        event
    }

    /// The name of the event; clients take an event without one as `message`. Line breaks are left out.
    pub fn event(mut self, name: impl Display) -> Self {
        self.push("event", name);
        self
    }

    /// The identifier, which a client that connects again sends as `Last-Event-ID`. Line breaks are left out.
    pub fn id(mut self, id: impl Display) -> Self {
        self.push("id", id);
        self
    }

    /// How long clients wait before they connect again.
    pub fn retry(mut self, after: Duration) -> Self {
        self.push("retry", after.as_millis());
        self
    }

    /// A line break in a field would begin another field. The standard ignores an id with NUL, so it goes too.
    fn push(&mut self, field: &str, value: impl Display) {
        let value = value.to_string().replace(['\r', '\n', '\0'], "");
        self.push_lines(field, &value);
    }

    fn push_lines(&mut self, field: &str, value: &str) {
        for line in lines(value) {
            let _ = writeln!(self.fields, "{field}: {line}");
        }
    }
}

impl Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.fields)?;
        for line in self.data.iter().flat_map(|data| lines(data)) {
            writeln!(f, "data: {line}")?;
        }
        f.write_char('\n')
    }
}

/// The pieces between line breaks, where CR, LF and CR LF each are one.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n').flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'))
}

/// Events with a comment in each long silence.
struct KeptAlive<S> {
    events: S,
    interval: Duration,
    silence: Option<Pin<Box<dyn Future<Output = ()>>>>,
}

impl<S: Stream<Item = Result<Bytes, BoxError>> + Unpin> Stream for KeptAlive<S> {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Poll::Ready(item) = self.events.poll_next_unpin(cx) {
            self.silence = None;
            return Poll::Ready(item);
        }
        let interval = self.interval;
        let silence = self.silence.get_or_insert_with(|| Box::pin(sleep(interval)));
        silence.as_mut().poll(cx).map(|()| {
            self.silence = None;
            Some(Ok(Bytes::from_static(b":\n\n")))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_of_the_text_is_a_data_line() {
        for (text, wire) in [
            ("", "data: \n\n"),
            ("one", "data: one\n\n"),
            ("a\nb", "data: a\ndata: b\n\n"),
            ("a\r\nb", "data: a\ndata: b\n\n"),
            ("a\rb", "data: a\ndata: b\n\n"),
            ("a\n", "data: a\ndata: \n\n"),
            ("a\r\r\nb", "data: a\ndata: \ndata: b\n\n"),
        ] {
            assert_eq!(Event::new(text).to_string(), wire, "{text:?}");
        }
    }

    #[test]
    fn a_field_cannot_smuggle_in_another() {
        let event = Event::new("x").event("a\ndata: forged").id("1\r2\0");
        assert_eq!(event.to_string(), "event: adata: forged\nid: 12\ndata: x\n\n");
    }

    #[test]
    fn a_comment_of_two_lines_stays_a_comment() {
        assert_eq!(Event::comment("a\nb").to_string(), ": a\n: b\n\n");
    }
}
