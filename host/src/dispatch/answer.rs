//! Whether HTTP allows what a guest answered. It changes nothing a client would miss.

use http::{HeaderMap, HeaderName, Method, Response, header};
use http_body::Body as _;

use super::{headers, refusal::Refusal};
use crate::{
    Body,
    policy::{Limits, Owners},
    runtime::body::GuestBody,
};

/// What one field adds to a header block beside its name and value: `: ` and the line's end.
const FIELD_OVERHEAD_BYTES: usize = 4;

/// Why an answer cannot be sent on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Invalid {
    /// Not a final status of RFC 9110 section 15.
    #[error("the guest answered with status {0}; a route answers with 200 to 599")]
    Status(u16),
    /// More fields than the route may send.
    #[error("the guest answered with {found} header fields; limit `response-header-count` allows {max}")]
    Fields {
        /// How many there are.
        found: usize,
        /// How many may be.
        max: usize,
    },
    /// Larger fields than the route may send.
    #[error("the guest answered with {found} bytes of header fields; limit `response-headers` allows {max}")]
    FieldBytes {
        /// How many there are.
        found: usize,
        /// How many may be.
        max: usize,
    },
    /// A field that would change how the message is framed.
    #[error("the guest's content-length does not fit its body")]
    Length,
}

/// The answer as it goes to the client, or why it cannot.
pub(super) fn vetted(
    response: Response<GuestBody>,
    asked: &Method,
    limits: &Limits,
    owners: Owners,
) -> Result<Response<Body>, Refusal> {
    let (mut head, body) = response.into_parts();
    let status = head.status.as_u16();
    if !(200..=599).contains(&status) {
        return Err(Refusal::Invalid(Invalid::Status(status)));
    }
    sanitise(&mut head.headers, limits, owners).map_err(Refusal::Invalid)?;
    if *asked == Method::HEAD {
        body.detach();
        return Ok(Response::from_parts(head, Body::empty()));
    }
    if has_no_body(status) {
        head.headers.remove(header::CONTENT_LENGTH);
        dropped(body, status);
        return Ok(Response::from_parts(head, Body::empty()));
    }
    length(&head.headers, &body).map_err(Refusal::Invalid)?;
    let mut body = Body::from(body);
    body.or_write_stall(limits.write_stall);
    Ok(Response::from_parts(head, body))
}

/// Removes what is not a guest's to say, and refuses what is too much.
///
/// A guest speaks for its own answer: `Date` and `Via` are its own where it hands on what another
/// server said, and so is `Server`. Where there are many owners it does not speak for the whole origin.
pub(super) fn sanitise(headers: &mut HeaderMap, limits: &Limits, owners: Owners) -> Result<(), Invalid> {
    headers::strip_hop_by_hop(headers);
    headers.remove(header::HOST);
    headers::strip_ambiguous_date(headers);
    if owners == Owners::Many {
        headers::strip_origin_wide(headers);
    }
    fields(headers, limits)
}

/// RFC 9110 sections 15.3.5 and 15.4.5: these end with their head.
fn has_no_body(status: u16) -> bool {
    matches!(status, 204 | 304)
}

fn dropped(body: GuestBody, status: u16) {
    if !body.is_end_stream() && body.size_hint().exact() != Some(0) {
        tracing::warn!(event = "body_dropped", status, reason = "no-body-status");
    }
    body.detach();
}

fn fields(headers: &HeaderMap, limits: &Limits) -> Result<(), Invalid> {
    let found = headers.len();
    if found > limits.response_headers {
        return Err(Invalid::Fields { found, max: limits.response_headers });
    }
    let bytes =
        |(name, value): (&HeaderName, &http::HeaderValue)| name.as_str().len() + value.len() + FIELD_OVERHEAD_BYTES;
    let found = headers.iter().map(bytes).sum();
    if found > limits.response_header_bytes {
        return Err(Invalid::FieldBytes { found, max: limits.response_header_bytes });
    }
    Ok(())
}

/// A length that is known to be wrong is refused here; a streamed body that turns out shorter or
/// longer than its `content-length` is aborted.
fn length(headers: &HeaderMap, body: &GuestBody) -> Result<(), Invalid> {
    let Some(declared) = headers.get(header::CONTENT_LENGTH) else {
        return Ok(());
    };
    let declared: Option<u64> = declared.to_str().ok().and_then(|text| text.parse().ok());
    match (declared, body.size_hint().exact()) {
        (None, _) => Err(Invalid::Length),
        (Some(declared), Some(exact)) if declared != exact => Err(Invalid::Length),
        _ => Ok(()),
    }
}
