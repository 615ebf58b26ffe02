//! Answers with an error code instead of a response.

use routelet_guests::{ErrorCode, ResponseOutparam, handles};

handles!(|_request, out| {
    ResponseOutparam::set(out, Err(ErrorCode::InternalError(Some("canary-in-the-error-code".to_owned()))));
});
