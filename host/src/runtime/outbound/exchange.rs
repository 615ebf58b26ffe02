//! One request and its response over one open connection, by HTTP/1.1. The connection serves this
//! exchange only and follows no redirect; who may be spoken to was decided before.

use std::pin::{Pin, pin};

use futures_util::{
    FutureExt,
    future::{Fuse, FusedFuture},
};
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use wasmtime_wasi_http::{Error, WasiBody};

use super::{
    body::{ResponseBody, ResponseBounds},
    connect::Stream,
    deadline::{Deadlines, until},
    deaf::MaybeDeaf,
    error,
};

/// As many header fields as a client may send us.
const RESPONSE_HEADERS_MAX: usize = 100;
/// The least hyper reads into.
const BUFFER_BYTES_MIN: usize = 8 * 1024;

type Connection = http1::Connection<TokioIo<MaybeDeaf<Box<dyn Stream>>>, WasiBody>;

/// Moves the bytes of an exchange after its head. Dropping it closes the connection.
pub(super) struct Driver {
    connection: Pin<Box<Fuse<Connection>>>,
    deadlines: Deadlines,
}

impl Driver {
    /// Runs until the exchange is complete, has failed or is late. How it ended, the response's body
    /// tells.
    pub(super) async fn run(mut self) {
        if !self.connection.is_terminated() {
            let _ = tokio::time::timeout_at(self.deadlines.end, &mut self.connection).await;
        }
    }
}

/// Sends a request and waits for the head of its response; the driver moves the rest.
pub(super) async fn exchange(
    stream: Box<dyn Stream>,
    request: Request<WasiBody>,
    bounds: ResponseBounds,
    deadlines: Deadlines,
) -> Result<(Response<WasiBody>, Driver), Error> {
    let failed = |error: hyper::Error| error::from_exchange(&error, bounds.head_bytes);
    let (sender, connection) = client(&bounds).handshake(TokioIo::new(MaybeDeaf::new(stream))).await.map_err(failed)?;
    let mut driver = Driver { connection: Box::pin(connection.fuse()), deadlines };
    let due = deadlines.due(deadlines.first_byte);
    let head = head(sender, request, &mut driver.connection).map(|answer| answer.map_err(failed));
    let response = until(due, Error::HttpResponseTimeout, head).await?;
    if response.status() == StatusCode::SWITCHING_PROTOCOLS {
        return Err(Error::HttpUpgradeFailed);
    }
    let (head, incoming) = response.into_parts();
    let body = ResponseBody::new(incoming, bounds, deadlines)?;
    Ok((Response::from_parts(head, body.boxed_unsync()), driver))
}

fn client(bounds: &ResponseBounds) -> http1::Builder {
    let mut client = http1::Builder::new();
    client
        .max_headers(RESPONSE_HEADERS_MAX)
        .max_header_size(bounds.head_bytes)
        .max_buf_size(bounds.head_bytes.max(BUFFER_BYTES_MIN));
    client
}

/// The response's head, while the connection is driven. If the connection ends first, well or not, the
/// answer may still have come.
async fn head(
    mut sender: SendRequest<WasiBody>,
    request: Request<WasiBody>,
    connection: &mut Pin<Box<Fuse<Connection>>>,
) -> hyper::Result<Response<hyper::body::Incoming>> {
    let mut answer = pin!(sender.send_request(request));
    tokio::select! {
        biased;
        answer = &mut answer => answer,
        ended = connection => match ended {
            Ok(()) => answer.await,
            // An origin that answers early and closes ends the connection amid the request.
            Err(error) => match answer.now_or_never() {
                Some(Ok(answer)) => Ok(answer),
                Some(Err(_)) | None => Err(error),
            },
        },
    }
}
