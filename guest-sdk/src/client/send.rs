//! One exchange with another server through the host.

use std::rc::Rc;
use std::time::Duration;

use futures_util::future::{Either, select};
use http::header::{CONTENT_LENGTH, HOST};
use http::uri::{Parts, Scheme};
use http::{HeaderMap, HeaderValue, Method, StatusCode};

use super::{Client, Error};
use crate::bindings::imports::wasi::http::outgoing_handler;
use crate::bindings::imports::wasi::http::types::{
    self, FutureIncomingResponse, IncomingResponse, OutgoingRequest, RequestOptions,
};
use crate::body::incoming::{Incoming, Owner};
use crate::body::outgoing::{Outgoing, Unfinished};
use crate::body::{Body, BodyStream, BoxError, Content};
use crate::parts::to_header_map;
use crate::{executor, handler};

pub(super) async fn send(client: &Client, request: http::Request<Body>) -> Result<http::Response<BodyStream>, Error> {
    let (mut head, body) = request.into_parts();
    // The host derives it from the URL and refuses it as a field.
    head.headers.remove(HOST);
    if let Content::Full(bytes) = &body.0 {
        head.headers.insert(CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    }
    let request = outgoing(&head.method, head.uri.into_parts(), &head.headers)?;
    let outgoing = Outgoing::new(request.body().expect("the body of a new request has not been taken"));
    let options = options(client);
    let response = outgoing_handler::handle(request, options).map_err(|code| Error::from_code(&code))?;
    match select(Box::pin(write(outgoing, body)), Box::pin(head_of(response))).await {
        Either::Left((written, head)) => {
            written.map_err(|error| Error::Failed(format!("the body of the request broke off: {error}")))?;
            to_http(head.await?)
        }
        // The server answers before it has read the whole request, as an echo does; the rest goes on beside it.
        Either::Right((response, upload)) => Ok(to_http(response?)?.map(|body| body.beside(upload))),
    }
}

async fn write(mut outgoing: Outgoing, body: Body) -> Result<(), BoxError> {
    let written = match body.0 {
        Content::Empty => Ok(()),
        Content::Full(bytes) => outgoing.write(&bytes).await.map_err(Unfinished::from),
        Content::Stream(streamed) => outgoing.write_stream(None, streamed.stream).await,
    };
    match written {
        Ok(()) => {
            let _ = outgoing.finish();
            Ok(())
        }
        // The server has heard enough; its response says the rest.
        Err(Unfinished::Closed) => Ok(()),
        Err(Unfinished::Failed(error)) => Err(error),
    }
}

async fn head_of(response: FutureIncomingResponse) -> Result<IncomingResponse, Error> {
    executor::ready(Rc::new(response.subscribe())).await;
    match response.get() {
        Some(Ok(Ok(response))) => Ok(response),
        Some(Ok(Err(code))) => Err(Error::from_code(&code)),
        Some(Err(())) | None => Err(Error::Failed("the host lost the response".to_owned())),
    }
}

fn to_http(response: IncomingResponse) -> Result<http::Response<BodyStream>, Error> {
    let status = StatusCode::from_u16(response.status()).map_err(|error| Error::Failed(error.to_string()))?;
    let headers = to_header_map(response.headers().entries());
    let mut http = http::Response::new(BodyStream::from_host(Incoming::Unopened(Owner::Response(response))));
    *http.status_mut() = status;
    *http.headers_mut() = headers;
    Ok(http)
}

fn outgoing(method: &Method, uri: Parts, headers: &HeaderMap) -> Result<OutgoingRequest, Error> {
    let invalid = |what: &str| Error::Invalid(format!("the host refuses its {what}"));
    let Some(authority) = uri.authority else {
        return Err(Error::Invalid("its URL names no server".to_owned()));
    };
    let request = OutgoingRequest::new(handler::fields(headers));
    request.set_method(&method_of(method)).map_err(|()| invalid("method"))?;
    request.set_scheme(Some(&scheme_of(uri.scheme))).map_err(|()| invalid("scheme"))?;
    request.set_authority(Some(authority.as_str())).map_err(|()| invalid("authority"))?;
    let path = uri.path_and_query.as_ref().map(|path| path.as_str());
    request.set_path_with_query(path).map_err(|()| invalid("path"))?;
    Ok(request)
}

fn method_of(method: &Method) -> types::Method {
    match method.as_str() {
        "GET" => types::Method::Get,
        "HEAD" => types::Method::Head,
        "POST" => types::Method::Post,
        "PUT" => types::Method::Put,
        "DELETE" => types::Method::Delete,
        "CONNECT" => types::Method::Connect,
        "OPTIONS" => types::Method::Options,
        "TRACE" => types::Method::Trace,
        "PATCH" => types::Method::Patch,
        token => types::Method::Other(token.to_owned()),
    }
}

fn scheme_of(scheme: Option<Scheme>) -> types::Scheme {
    match scheme.as_ref().map(Scheme::as_str) {
        Some("https") => types::Scheme::Https,
        Some("http") | None => types::Scheme::Http,
        Some(other) => types::Scheme::Other(other.to_owned()),
    }
}

/// Only where something is set: each option is a host call.
fn options(client: &Client) -> Option<RequestOptions> {
    let nanoseconds = |timeout: Duration| u64::try_from(timeout.as_nanos()).unwrap_or(u64::MAX);
    let timeouts = [client.connect_timeout, client.first_byte_timeout, client.between_bytes_timeout];
    timeouts.iter().any(Option::is_some).then(|| {
        let options = RequestOptions::new();
        // An option that a host does not know is one it cannot keep to.
        let _ = options.set_connect_timeout(timeouts[0].map(nanoseconds));
        let _ = options.set_first_byte_timeout(timeouts[1].map(nanoseconds));
        let _ = options.set_between_bytes_timeout(timeouts[2].map(nanoseconds));
        options
    })
}
