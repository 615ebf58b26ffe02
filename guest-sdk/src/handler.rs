//! What the attributes expand to: takes the arguments from a request, and sends what the handler returns.
//!
//! A call of [`serve`] with [`part`], [`last`] and [`respond`] can be written by hand just as well, in any place that
//! is given a request and where to answer it:
//!
//! ```no_run
//! use routelet_sdk::bindings::imports::wasi::http::types::{IncomingRequest, ResponseOutparam};
//! use routelet_sdk::handler;
//! use routelet_sdk::prelude::*;
//!
//! async fn greet(Path(name): Path<String>, greeting: String) -> String {
//!     format!("{greeting}, {name}!\n")
//! }
//!
//! fn handle(request: IncomingRequest, response_out: ResponseOutparam) {
//!     handler::serve(request, response_out, async |parts, body| {
//!         let name = handler::part(parts).await?;
//!         let greeting = handler::last(parts, body).await?;
//!         Ok(handler::respond(greet(name, greeting).await))
//!     });
//! }
//! ```

use std::rc::Rc;

use futures_util::StreamExt;
use futures_util::future::poll_immediate;
use http::header::CONTENT_LENGTH;
use http::{HeaderMap, HeaderValue, StatusCode};

use crate::after;
use crate::bindings::imports::wasi::http::types::{Fields, IncomingRequest, OutgoingResponse, ResponseOutparam};
use crate::body::incoming::{Incoming, Owner};
use crate::body::outgoing::{Outgoing, Unfinished};
use crate::body::{Body, BodyStream, Content, Streamed};
use crate::executor;
use crate::extract::{FromRequest, FromRequestParts};
use crate::parts::Parts;
use crate::respond::{IntoResponse, Response};

/// Runs `handler` for one request, sends its response, then runs what was registered with [`after`](crate::after()).
pub fn serve<F>(request: IncomingRequest, response_out: ResponseOutparam, handler: F)
where
    F: AsyncFnOnce(&mut Parts, BodyStream) -> Result<Response, Response>,
{
    executor::block_on(async {
        let request = Rc::new(request);
        let body = BodyStream::from_host(Incoming::Unopened(Owner::Request(request.clone())));
        let mut parts = Parts::from_host(request);
        let response = answer(&mut parts, body, handler).await;
        send(response, response_out).await;
        after::run_all().await;
    });
}

/// Takes an argument from the head of the request.
pub async fn part<T: FromRequestParts>(parts: &mut Parts) -> Result<T, Response> {
    T::from_request_parts(parts).await.map_err(IntoResponse::into_response)
}

/// Takes the last argument, which may read the body.
pub async fn last<T: FromRequest<Via>, Via>(parts: &mut Parts, body: BodyStream) -> Result<T, Response> {
    T::from_request(parts, body).await.map_err(IntoResponse::into_response)
}

/// Turns what the handler returned into the response.
pub fn respond<T: IntoResponse>(returned: T) -> Response {
    returned.into_response()
}

/// The response of `handler`, with the cookies that were set meanwhile.
pub(crate) async fn answer<F>(parts: &mut Parts, body: BodyStream, handler: F) -> Response
where
    F: AsyncFnOnce(&mut Parts, BodyStream) -> Result<Response, Response>,
{
    let response = handler(parts, body).await.unwrap_or_else(|refusal| refusal);
    parts.finish(response)
}

/// Sends the response as far as it goes. What cannot be sent whole is left unfinished, which cuts the connection.
async fn send(response: Response, out: ResponseOutparam) {
    let (mut head, body) = response.into_parts();
    match body.0 {
        // A response whose body nobody took is complete and empty; the host knows its length.
        Content::Empty => set(out, outgoing(head.status, &head.headers)),
        Content::Full(bytes) => {
            head.headers.insert(CONTENT_LENGTH, HeaderValue::from(bytes.len()));
            send_full(outgoing(head.status, &head.headers), &bytes, out).await;
        }
        Content::Stream(streamed) => send_stream(head, streamed, out).await,
    }
}

/// Hands a short body over before the head, so that the host can write both at once and nobody waits.
async fn send_full(response: OutgoingResponse, bytes: &[u8], out: ResponseOutparam) {
    let mut body = take_body(&response);
    if body.write_at_once(bytes) {
        let _ = body.finish();
        return set(out, response);
    }
    set(out, response);
    if body.write(bytes).await.is_ok() {
        let _ = body.finish();
    }
}

/// Asks for the first piece before the head is sent: a stream that fails at once can still be answered with 500.
async fn send_stream(head: http::response::Parts, streamed: Streamed, out: ResponseOutparam) {
    let Streamed { mut stream, failure } = streamed;
    let first = match poll_immediate(stream.next()).await {
        Some(Some(Err(error))) => {
            eprintln!("the body failed before its first piece: {error}");
            return Box::pin(send(failure(), out)).await;
        }
        Some(Some(Ok(piece))) => Some(piece),
        Some(None) => return Box::pin(send(Response::from_parts(head, Body::empty()), out)).await,
        None => None,
    };
    let response = outgoing(head.status, &head.headers);
    let mut body = take_body(&response);
    set(out, response);
    match body.write_stream(first, stream).await {
        Ok(()) => {
            let _ = body.finish();
        }
        Err(Unfinished::Closed) => {}
        Err(Unfinished::Failed(error)) => eprintln!("the body was left unfinished: {error}"),
    }
}

fn set(out: ResponseOutparam, response: OutgoingResponse) {
    ResponseOutparam::set(out, Ok(response));
}

fn take_body(response: &OutgoingResponse) -> Outgoing {
    Outgoing::new(response.body().expect("the body of a new response has not been taken"))
}

fn outgoing(status: StatusCode, headers: &HeaderMap) -> OutgoingResponse {
    let response = OutgoingResponse::new(fields(headers));
    if status != StatusCode::OK && response.set_status_code(status.as_u16()).is_err() {
        eprintln!("the host refuses the status {}", status.as_u16());
    }
    response
}

/// The fields in one call; one by one only where the host refuses some, such as `Connection`.
pub(crate) fn fields(headers: &HeaderMap) -> Fields {
    let entries: Vec<(String, Vec<u8>)> =
        headers.iter().map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec())).collect();
    Fields::from_list(&entries).unwrap_or_else(|_| {
        let fields = Fields::new();
        for (name, value) in &entries {
            if fields.append(name, value).is_err() {
                eprintln!("the host refuses the header field {name}; it is left out");
            }
        }
        fields
    })
}

#[cfg(test)]
mod tests;
