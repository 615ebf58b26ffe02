//! What went wrong outside, in the words of `wasi:http`. The guest learns the kind of a failure and
//! nothing else: no text of the system, no address.

use std::{error::Error as _, io};

use wasmtime_wasi_http::Error;

/// A name has no address. Which answer the resolver got, the system does not say.
pub(super) fn no_address() -> Error {
    Error::DnsError { rcode: Some("address not available".to_owned()), info_code: None }
}

/// No connection to an address.
pub(super) fn from_connect(error: &io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => Error::ConnectionRefused,
        io::ErrorKind::TimedOut => Error::ConnectionTimeout,
        io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted => Error::ConnectionTerminated,
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => Error::DestinationIpUnroutable,
        _ => Error::DestinationUnavailable,
    }
}

/// No TLS session over a connection.
pub(super) fn from_handshake(error: &io::Error) -> Error {
    let Some(reason) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) else {
        return Error::ConnectionTerminated;
    };
    match reason {
        rustls::Error::InvalidCertificate(_)
        | rustls::Error::NoCertificatesPresented
        | rustls::Error::UnsupportedNameType => Error::TlsCertificateError,
        rustls::Error::AlertReceived(alert) => Error::TlsAlertReceived {
            alert_id: Some(u8::from(*alert)),
            alert_message: alert.as_str().map(str::to_owned),
        },
        _ => Error::TlsProtocolError,
    }
}

/// The exchange failed, before its head or within its body; `head_bytes_max` is what a head may have.
pub(super) fn from_exchange(error: &hyper::Error, head_bytes_max: usize) -> Error {
    if let Some(own) = error.source().and_then(|source| source.downcast_ref::<Error>()) {
        return from_request_body(own);
    }
    if error.is_parse_too_large() {
        return Error::HttpResponseHeaderSectionSize(u32::try_from(head_bytes_max).ok());
    }
    if error.is_incomplete_message() {
        return Error::HttpResponseIncomplete;
    }
    if error.is_parse() {
        return Error::HttpProtocolError;
    }
    error.source().and_then(|source| source.downcast_ref::<io::Error>()).map_or(Error::ConnectionTerminated, from_io)
}

/// The connection broke, or hyper found a chunk it could not read and says so as an IO error.
fn from_io(error: &io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => Error::HttpResponseIncomplete,
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => Error::HttpProtocolError,
        _ => Error::ConnectionTerminated,
    }
}

/// The guest's own body failed, most often because it does not have the length it declared.
fn from_request_body(error: &Error) -> Error {
    match error {
        Error::HttpRequestBodySize(size) => Error::HttpRequestBodySize(*size),
        _ => Error::HttpProtocolError,
    }
}
