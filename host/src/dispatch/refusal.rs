//! The answers the host makes instead of a guest, and the only place that names status codes. It
//! tells the client a short safe sentence and leaves the cause to the log.

use std::sync::Arc;

use http::{HeaderValue, Response, StatusCode, header};

use super::{
    DEPTH_MAX,
    accept::Wants,
    answer::Invalid,
    diagnosis::{Broken, Page},
    message::BadMessage,
};
use crate::{
    Body,
    runtime::{admission::Overload, failure::GuestFailure},
    site::Diagnosis,
};

/// When a client that was shed may try again, in seconds: longer than any queue wait by default.
const RETRY_AFTER_SECONDS: HeaderValue = HeaderValue::from_static("2");

/// Why a request is not answered by a guest.
#[derive(Debug)]
pub(super) enum Refusal {
    /// It is no request for a path (RFC 9112 section 3).
    Malformed(&'static str),
    /// Its path is another spelling of this target.
    Redirect(HeaderValue),
    /// No route has its path.
    NotFound,
    /// The route does not answer its method; RFC 9110 section 15.5.6 demands `Allow`.
    MethodNotAllowed(HeaderValue),
    /// OPTIONS on a route that does not answer it itself (RFC 9110 section 9.3.7).
    Options(HeaderValue),
    /// Its target is longer than the server reads.
    UriTooLong,
    /// Its head is larger than the server reads.
    HeadTooLarge,
    /// Its body is larger than the route takes.
    BodyTooLarge,
    /// Its body stopped coming.
    BodyTooSlow,
    /// Its body is coded in a way the server does not decode (RFC 9112 section 6.1).
    UnknownCoding,
    /// It is for an authority that is not served here.
    Misdirected,
    /// It came round through too many routes.
    TooDeep,
    /// Too many requests run and wait.
    Overloaded(Overload),
    /// The route is out of service.
    Faulty(Arc<Diagnosis>),
    /// The guest gave no answer.
    Guest(GuestFailure),
    /// The guest's answer is none that HTTP allows.
    Invalid(Invalid),
    /// The host itself failed on the way; its panic hook tells how.
    Panicked,
    /// The guest answered that it failed, and said why in its log alone.
    Unexplained,
}

/// Whether a guest's answer with this status is no more than that it failed, where it has no body.
pub(super) fn tells_of_failure(status: StatusCode) -> bool {
    status == StatusCode::INTERNAL_SERVER_ERROR
}

/// The client, as far as an answer depends on it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Client<'a> {
    pub(super) request_id: &'a str,
    pub(super) wants: Wants,
}

impl From<BadMessage> for Refusal {
    fn from(bad: BadMessage) -> Self {
        match bad {
            BadMessage::Malformed(detail) => Self::Malformed(detail),
            BadMessage::UriTooLong => Self::UriTooLong,
            BadMessage::HeadTooLarge => Self::HeadTooLarge,
            BadMessage::UnknownCoding => Self::UnknownCoding,
        }
    }
}

impl Refusal {
    fn status(&self) -> StatusCode {
        match self {
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::Redirect(_) => StatusCode::PERMANENT_REDIRECT,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::Options(_) => StatusCode::NO_CONTENT,
            Self::UriTooLong => StatusCode::URI_TOO_LONG,
            Self::HeadTooLarge => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Self::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BodyTooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::UnknownCoding => StatusCode::NOT_IMPLEMENTED,
            Self::Misdirected => StatusCode::MISDIRECTED_REQUEST,
            Self::TooDeep => StatusCode::LOOP_DETECTED,
            Self::Overloaded(_) | Self::Faulty(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Guest(failure) => status_of(failure),
            Self::Invalid(_) => StatusCode::BAD_GATEWAY,
            Self::Panicked => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unexplained => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Whether what follows on an HTTP/1 connection may be part of this very request.
    pub(super) fn ends_connection(&self) -> bool {
        matches!(
            self,
            Self::Malformed(_)
                | Self::UnknownCoding
                | Self::UriTooLong
                | Self::HeadTooLarge
                | Self::BodyTooLarge
                | Self::BodyTooSlow
        )
    }

    /// What is wrong with a request that is none, for whoever debugs a client.
    pub(super) fn detail(&self) -> Option<&'static str> {
        match self {
            Self::Malformed(detail) => Some(detail),
            _ => None,
        }
    }

    /// The constant that stands for this refusal in logs.
    pub(super) fn reason(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "malformed",
            Self::Redirect(_) => "redirect",
            Self::NotFound => "not-found",
            Self::MethodNotAllowed(_) => "method-not-allowed",
            Self::Options(_) => "options",
            Self::UriTooLong => "uri-too-long",
            Self::HeadTooLarge => "head-too-large",
            Self::BodyTooLarge => "body-too-large",
            Self::BodyTooSlow => "body-too-slow",
            Self::UnknownCoding => "unknown-coding",
            Self::Misdirected => "misdirected",
            Self::TooDeep => "too-deep",
            Self::Overloaded(_) => "overloaded",
            Self::Faulty(_) => "faulty",
            Self::Guest(failure) => failure.reason(),
            Self::Invalid(_) => "invalid-answer",
            Self::Panicked => "panic",
            Self::Unexplained => "unexplained",
        }
    }

    /// What the log should hear, where the server or a guest is to blame and not the client.
    pub(super) fn cause(&self) -> Option<String> {
        match self {
            Self::Overloaded(overload) => Some(overload.to_string()),
            Self::Faulty(diagnosis) => Some(diagnosis.fault.to_string()),
            Self::Guest(failure) => Some(failure.causes()),
            Self::Invalid(invalid) => Some(invalid.to_string()),
            Self::TooDeep => Some(format!("more than {DEPTH_MAX} requests of this server's own routes led here")),
            Self::Malformed(_)
            | Self::Redirect(_)
            | Self::NotFound
            | Self::MethodNotAllowed(_)
            | Self::Options(_)
            | Self::UriTooLong
            | Self::HeadTooLarge
            | Self::BodyTooLarge
            | Self::BodyTooSlow
            | Self::UnknownCoding
            | Self::Misdirected
            | Self::Panicked
            | Self::Unexplained => None,
        }
    }

    /// What is broken, for the person who is writing the route, where it is the route.
    pub(super) fn broken(&self) -> Option<Broken<'_>> {
        match self {
            Self::Faulty(diagnosis) => Some(Broken::Unbuilt(diagnosis)),
            Self::Guest(failure) => Some(Broken::Failed(failure.causes())),
            Self::Invalid(invalid) => Some(Broken::Failed(invalid.to_string())),
            Self::Unexplained => Some(Broken::Failed("it answered that it failed, without a body".to_owned())),
            Self::Malformed(_)
            | Self::Redirect(_)
            | Self::NotFound
            | Self::MethodNotAllowed(_)
            | Self::Options(_)
            | Self::UriTooLong
            | Self::HeadTooLarge
            | Self::BodyTooLarge
            | Self::BodyTooSlow
            | Self::UnknownCoding
            | Self::Misdirected
            | Self::TooDeep
            | Self::Panicked
            | Self::Overloaded(_) => None,
        }
    }

    /// The whole answer; the page in place of the short sentence, where there is one.
    pub(super) fn response(&self, client: Client<'_>, page: Option<Page>) -> Response<Body> {
        let status = self.status();
        let mut response = match (self, page) {
            (Self::Options(_), _) => Response::new(Body::empty()),
            (_, Some(page)) => page.response(client),
            _ if client.wants == Wants::Json => problem(status, client.request_id),
            _ => line(status, client.request_id),
        };
        *response.status_mut() = status;
        if let Some((name, value)) = self.duty() {
            response.headers_mut().insert(name, value);
        }
        response
    }

    /// The field without which the status would be incomplete.
    fn duty(&self) -> Option<(header::HeaderName, HeaderValue)> {
        match self {
            Self::Redirect(target) => Some((header::LOCATION, target.clone())),
            Self::MethodNotAllowed(allow) | Self::Options(allow) => Some((header::ALLOW, allow.clone())),
            Self::Overloaded(_)
            | Self::Guest(GuestFailure::NoRoom | GuestFailure::NoCode(_) | GuestFailure::CodeLate(_)) => {
                Some((header::RETRY_AFTER, RETRY_AFTER_SECONDS))
            }
            Self::Faulty(_) => Some((header::CACHE_CONTROL, HeaderValue::from_static("no-store"))),
            _ => None,
        }
    }
}

fn status_of(failure: &GuestFailure) -> StatusCode {
    match failure {
        GuestFailure::NoRoom | GuestFailure::NoCode(_) | GuestFailure::CodeLate(_) => StatusCode::SERVICE_UNAVAILABLE,
        GuestFailure::CpuSpent(_) | GuestFailure::FirstByteLate(_) | GuestFailure::WallSpent(_) => {
            StatusCode::GATEWAY_TIMEOUT
        }
        GuestFailure::BrokenBody => StatusCode::BAD_GATEWAY,
        GuestFailure::Exited(_)
        | GuestFailure::OutOfMemory(_)
        | GuestFailure::HeldTooMuch
        | GuestFailure::Trapped(_)
        | GuestFailure::ErrorCode(_)
        | GuestFailure::NeverAnswered
        | GuestFailure::UnfinishedBody => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn title(status: StatusCode) -> &'static str {
    status.canonical_reason().unwrap_or("Refused")
}

/// RFC 9457: status, title, and the id under which the log has the cause.
fn problem(status: StatusCode, request_id: &str) -> Response<Body> {
    let body = serde_json::json!({ "status": status.as_u16(), "title": title(status), "request_id": request_id });
    with_type(body.to_string(), "application/problem+json")
}

fn line(status: StatusCode, request_id: &str) -> Response<Body> {
    let parts = [status.as_str(), " ", title(status), " (request ", request_id, ")\n"];
    with_type(parts.concat(), "text/plain; charset=utf-8")
}

fn with_type(body: String, content_type: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::of(body));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::runtime::loader::PrepareError;

    #[test]
    fn a_guest_without_room_is_the_servers_state_and_passes() {
        let changed = Arc::new(PrepareError::Changed);
        for (failure, reason) in [
            (GuestFailure::NoRoom, "no-room"),
            (GuestFailure::NoCode(changed), "no-code"),
            (GuestFailure::CodeLate(Duration::from_secs(1)), "code-late"),
        ] {
            let refusal = Refusal::Guest(failure);
            let response = refusal.response(Client { request_id: "r1", wants: Wants::Text }, None);
            assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
            assert_eq!(response.headers().get(header::RETRY_AFTER), Some(&RETRY_AFTER_SECONDS));
            assert_eq!((refusal.reason(), refusal.cause().is_some()), (reason, true), "it is logged");
        }
    }
}
