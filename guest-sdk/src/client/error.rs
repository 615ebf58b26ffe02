//! Why a request to another server failed.

use std::fmt;

use http::StatusCode;

use crate::bindings::imports::wasi::http::types::ErrorCode;
use crate::body::BodyError;
use crate::problem::Problem;

/// Why a request to another server has no response, or not the one expected. A response of any status is none.
///
/// Where a handler returns [`Problem`], `?` makes 504 of a timeout and 502 of the rest, with the reason in the log.
///
/// ```
/// use routelet_sdk::client::Error;
///
/// assert_eq!(Error::TimedOut.to_string(), "the time allowed for the request is up");
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The request cannot be sent: its URL, a header field or its JSON is wrong.
    Invalid(String),
    /// The route's policy grants no request to that address.
    Denied,
    /// The time allowed by the client or the policy was up.
    TimedOut,
    /// The other server could not be reached, or did not keep to HTTP.
    Failed(String),
    /// The body of the response broke off.
    Body(BodyError),
    /// The body of the response is larger than what may be held in memory.
    TooLarge,
    /// The body of the response is not what was asked for: no UTF-8, not the JSON expected.
    Unexpected(String),
}

impl Error {
    pub(super) fn from_code(code: &ErrorCode) -> Self {
        match code {
            ErrorCode::HttpRequestDenied | ErrorCode::DestinationIpProhibited => Self::Denied,
            ErrorCode::ConnectionTimeout
            | ErrorCode::ConnectionReadTimeout
            | ErrorCode::ConnectionWriteTimeout
            | ErrorCode::HttpResponseTimeout
            | ErrorCode::DnsTimeout => Self::TimedOut,
            code => Self::Failed(code.to_string()),
        }
    }

    pub(crate) fn to_problem(&self) -> Problem {
        eprintln!("error: {self}");
        Problem::new(match self {
            Self::TimedOut => StatusCode::GATEWAY_TIMEOUT,
            Self::Invalid(_) | Self::Denied => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Failed(_) | Self::Body(_) | Self::TooLarge | Self::Unexpected(_) => StatusCode::BAD_GATEWAY,
        })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(reason) => write!(f, "the request cannot be sent: {reason}"),
            Self::Denied => f.write_str("the request is not granted; name its address under outbound in segment.toml"),
            Self::TimedOut => f.write_str("the time allowed for the request is up"),
            Self::Failed(reason) => write!(f, "the request failed: {reason}"),
            Self::Body(error) => write!(f, "the response failed: {error}"),
            Self::TooLarge => f.write_str("the response is larger than what may be held in memory"),
            Self::Unexpected(reason) => write!(f, "the response is not what was expected: {reason}"),
        }
    }
}

impl std::error::Error for Error {}
