//! A fault of the host itself, made by whoever listens to its log or feeds it a body: it costs the request that met it
//! and nothing else.

use std::{
    convert::Infallible,
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::Request;
use http_body::{Body, Frame, SizeHint};
use routelet_tests::{
    Answer, Guest, SiteDir,
    client::{Http2, Raw},
    eventually,
    log::ask_every_time,
    site::request,
};
use tracing::{
    Subscriber,
    field::{Field, Visit},
    span::{Id, Record},
};
use tracing_subscriber::{Layer, layer::SubscriberExt as _, registry::LookupSpan};

/// The route whose name this layer cannot bear to hear.
const ROUTE: &str = "/panics";

/// Panics in the middle of a request's line, where the route is told.
struct Breaks;

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Breaks {
    fn on_record(&self, _span: &Id, values: &Record<'_>, _spans: tracing_subscriber::layer::Context<'_, S>) {
        values.record(&mut Self);
    }
}

impl Visit for Breaks {
    fn record_str(&mut self, field: &Field, value: &str) {
        assert!(field.name() != "route" || value != ROUTE, "the host fails on purpose");
    }

    fn record_debug(&mut self, _field: &Field, _value: &dyn fmt::Debug) {}
}

/// What a client is told of it: that its request failed, and under which id the log says more.
#[track_caller]
fn assert_told(answer: &str) {
    assert!(answer.contains("500 Internal Server Error (request "), "{answer}");
    assert!(!answer.contains("purpose"), "{answer}");
}

/// On one thread, since the layer listens to the thread that sets it.
#[tokio::test]
async fn a_panic_costs_its_own_request_and_the_connection_goes_on() {
    let dir = SiteDir::of(Guest::HelloPlain).route("panics", Guest::HelloPlain);
    let site = dir.policy("[limits]\nconcurrency = 1\nqueue = 0\n").load().await;
    let server = site.serve().await;
    ask_every_time();
    let _guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(Breaks));
    let mut http1 = Raw::connect(server.address).await;
    for _ in 0..3 {
        http1.send(format!("GET {ROUTE} HTTP/1.1\r\nhost: localhost\r\n\r\n")).await;
        assert_told(&http1.until(")\n").await);
    }
    http1.send("GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await;
    let next = http1.to_close().await;
    assert!(next.starts_with("HTTP/1.1 200"), "{next}");
    let mut http2 = Http2::connect(server.address).await;
    for (path, status) in [(ROUTE, 500), ("/", 200), (ROUTE, 500), ("/", 200)] {
        let response = http2.open(request("GET", path)).await;
        let answer = eventually("the whole answer", Answer::read(response)).await;
        assert_eq!(answer.status, status, "{path}: {answer:?}");
        if status == 500 {
            assert_told(answer.text());
        }
    }
    site.idle().await;
    drop(http2);
    server.stop().await;
}

/// A body that fails in the host's hands: when its length is asked for, or when a guest reads it.
struct Fails {
    at_once: bool,
}

impl Body for Fails {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        panic!("the body fails on purpose");
    }

    fn size_hint(&self) -> SizeHint {
        assert!(!self.at_once, "the body fails on purpose");
        SizeHint::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_in_the_middle_of_a_guest_frees_its_place() {
    let site = SiteDir::of(Guest::Uploads).policy("[limits]\nconcurrency = 1\nqueue = 0\n").load().await;
    for at_once in [true, false, true, false] {
        let request = Request::post("/").header("host", "localhost").body(Fails { at_once }).expect("a request");
        let response = eventually("an answer", routelet::respond(site.site(), request)).await;
        let answer = Answer::read(response).await;
        assert_eq!(answer.status, 500, "at once {at_once}: {answer:?}");
        assert_told(answer.text());
        site.idle().await;
        assert_eq!(site.post("/", "fine").await.text(), "4", "at once {at_once}");
        site.idle().await;
    }
}
