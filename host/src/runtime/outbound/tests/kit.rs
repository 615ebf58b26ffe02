//! Guests, resolvers and origins for these tests.

use std::{
    collections::VecDeque,
    io,
    net::IpAddr,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard},
};

use bytes::Bytes;
use futures_util::future::{BoxFuture, FutureExt};
use http::{Request, Response};
use http_body_util::{BodyExt, Empty};
use rustls::ClientConfig;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpHooks};

use crate::{
    policy::{Limits, OutboundRule, Owners, Policy},
    runtime::outbound::{
        Answer, Outbound, OutboundRoute,
        lookup::{Place, Resolve},
        route::Outside,
    },
};

/// A resolver that knows what its test tells it: one list of addresses for each lookup, in turn,
/// then an error.
#[derive(Default)]
pub(super) struct Scripted {
    answers: Mutex<VecDeque<Vec<IpAddr>>>,
    pub(super) asked: Mutex<Vec<String>>,
}

impl Scripted {
    pub(super) fn new<const N: usize>(answers: [&[&str]; N]) -> Arc<Self> {
        let address = |text: &&str| text.parse().expect("an address");
        let answers = answers.iter().map(|answer| answer.iter().map(address).collect()).collect();
        Arc::new(Self { answers: Mutex::new(answers), asked: Mutex::default() })
    }

    pub(super) fn asked(&self) -> usize {
        lock(&self.asked).len()
    }
}

impl Resolve for Scripted {
    fn resolve(&self, name: &str, _place: Place) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        lock(&self.asked).push(name.to_owned());
        let answer = lock(&self.answers).pop_front();
        async { answer.ok_or_else(|| io::ErrorKind::NotFound.into()) }.boxed()
    }
}

pub(super) fn lock<T>(value: &Mutex<T>) -> MutexGuard<'_, T> {
    value.lock().expect("nobody panics while holding a lock of a test")
}

/// A resolver that never answers.
pub(super) struct Silent;

impl Resolve for Silent {
    fn resolve(&self, _name: &str, place: Place) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        async move {
            let _place = place;
            std::future::pending().await
        }
        .boxed()
    }
}

/// A route with these grants that nothing else shares.
pub(super) struct Setup {
    pub(super) limits: Limits,
    pub(super) resolver: Arc<dyn Resolve>,
    pub(super) tls: Arc<ClientConfig>,
    pub(super) connections: usize,
}

impl Default for Setup {
    fn default() -> Self {
        let tls = Outside::new(0).tls;
        Self { limits: Limits::default(), resolver: Scripted::new([]), tls, connections: 64 }
    }
}

impl Setup {
    pub(super) fn route(self, grants: &[String]) -> Arc<OutboundRoute> {
        let outside = Outside { resolver: self.resolver, tls: self.tls, ..Outside::new(self.connections) };
        let mut policy = Policy::root(Owners::One);
        policy.limits = self.limits;
        policy.grants.outbound = grants.iter().map(|entry| OutboundRule::parse(entry).expect(entry)).collect();
        Arc::new(OutboundRoute::through(&outside, "/caller".into(), &Arc::new(policy), Vec::new()))
    }

    pub(super) fn guest(self, grants: &[String]) -> Outbound {
        guest(&self.route(grants))
    }
}

/// A guest of a route, answering request `r1`.
pub(super) fn guest(route: &Arc<OutboundRoute>) -> Outbound {
    let mut guest = Outbound::new(route.clone());
    guest.begin_request(&"r1".into(), 0);
    guest
}

/// A guest with these grants and all defaults.
pub(super) fn granted(grants: &[String]) -> Outbound {
    Setup::default().guest(grants)
}

pub(super) fn get(uri: impl AsRef<str>) -> Request<WasiBody> {
    let body = Empty::new().map_err(Error::from).boxed_unsync();
    Request::get(uri.as_ref()).body(body).expect("a request of a test is well-formed")
}

pub(super) type Sending = Pin<Box<dyn Future<Output = Result<Answer, Error>> + Send>>;

/// Hands a request over, as the guest's runtime does.
pub(super) fn send(guest: &mut Outbound, request: Request<WasiBody>) -> Sending {
    Pin::from(guest.send_request(request, None, Box::new(async { Ok(()) })))
}

pub(super) fn send_with(guest: &mut Outbound, request: Request<WasiBody>, options: RequestOptions) -> Sending {
    Pin::from(guest.send_request(request, Some(options), Box::new(async { Ok(()) })))
}

/// Sends a GET and reads the whole answer as text.
pub(super) async fn fetch(guest: &mut Outbound, uri: impl AsRef<str>) -> Result<Response<String>, Error> {
    let answer = send(guest, get(uri)).await?;
    read(answer).await
}

/// Fetches what an origin answers with these bytes; also gives the head the origin read.
pub(super) async fn fetch_from(
    guest: &mut Outbound,
    uri: impl AsRef<str>,
    origin: &Origin,
    response: impl AsRef<[u8]>,
) -> (Result<Response<String>, Error>, String) {
    answered(send(guest, get(uri)), origin, response).await
}

/// What becomes of a request that this origin answers, and the head the origin read. A request that
/// fails before it reaches the origin ends the test instead of leaving it to wait.
pub(super) async fn answered(
    sending: Sending,
    origin: &Origin,
    response: impl AsRef<[u8]>,
) -> (Result<Response<String>, Error>, String) {
    let head = Mutex::new(String::new());
    let reading = async { read(sending.await?).await };
    let answer = beside(reading, async { *lock(&head) = origin.answer(response).await }).await;
    (answer, lock(&head).clone())
}

/// Runs until the first is done; the second only accompanies it.
pub(super) async fn beside<T>(first: impl Future<Output = T>, second: impl Future) -> T {
    let never = async {
        second.await;
        std::future::pending().await
    };
    tokio::select! { done = first => done, done = never => done }
}

/// Reads an answer while its bytes are carried, as the guest's runtime does.
pub(super) async fn read((response, carrier): Answer) -> Result<Response<String>, Error> {
    let (head, body) = response.into_parts();
    let carried = tokio::spawn(Pin::from(carrier));
    let bytes = body.collect().await?.to_bytes();
    carried.await.expect("a carrier does not panic")?;
    Ok(Response::from_parts(head, String::from_utf8(bytes.into()).expect("origins of tests send text")))
}

/// A server on loopback that hands its connections to the test.
pub(super) struct Origin {
    listener: TcpListener,
}

impl Origin {
    pub(super) async fn start() -> Self {
        Self::at("127.0.0.1:0").await
    }

    pub(super) async fn at(address: &str) -> Self {
        Self { listener: TcpListener::bind(address).await.expect("loopback can be listened on") }
    }

    pub(super) fn port(&self) -> u16 {
        self.listener.local_addr().expect("a listener has an address").port()
    }

    /// The origin's own URL, which is also the grant for it.
    pub(super) fn url(&self) -> String {
        format!("http://{}", self.listener.local_addr().expect("a listener has an address"))
    }

    pub(super) async fn accept(&self) -> TcpStream {
        self.listener.accept().await.expect("an accepted connection").0
    }

    /// Answers one request with these bytes and closes; gives the request's head.
    pub(super) async fn answer(&self, response: impl AsRef<[u8]>) -> String {
        let mut stream = self.accept().await;
        let head = read_head(&mut stream).await;
        stream.write_all(response.as_ref()).await.expect("the guest reads");
        head
    }

    /// Nobody has connected so far: a connection made now is the first.
    pub(super) async fn saw_nobody(&self) {
        let address = self.listener.local_addr().expect("a listener has an address");
        let own = TcpStream::connect(address).await.expect("the test may connect");
        let (_, first) = self.listener.accept().await.expect("an accepted connection");
        assert_eq!(first, own.local_addr().expect("a connection has an address"), "somebody connected before");
    }
}

/// Reads up to and with the empty line.
pub(super) async fn read_head(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => break,
        }
    }
    String::from_utf8(head).expect("heads are text")
}

/// An answer of one piece.
pub(super) fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

/// A request body that is sent piece by piece as the test writes.
pub(super) fn streamed() -> (http_body_util::channel::Sender<Bytes, Error>, WasiBody) {
    let (sender, body) = http_body_util::channel::Channel::<Bytes, Error>::new(1);
    (sender, body.boxed_unsync())
}
