//! Serves a file as it is, through tower-http: conditional and range requests are its work.

use http::{HeaderValue, Response, header};
use tower_http::services::ServeFile;
use tower_service::Service;

use super::{incoming::Incoming, refusal::Refusal};
use crate::{Body, site::StaticFile};

/// Answers GET or HEAD with a file.
pub(super) async fn serve(file: &StaticFile, incoming: Incoming) -> Result<Response<Body>, Refusal> {
    let served = ServeFile::new(&file.absolute).call(incoming.into_file_request()).await;
    match served {
        Ok(response) => Ok(in_utf8(response).map(Body::from)),
        Err(never) => match never {},
    }
}

/// A site's text is UTF-8. Unsaid, browsers would guess an encoding from the reader's language.
fn in_utf8<B>(mut response: Response<B>) -> Response<B> {
    if let Some(content_type) = response.headers_mut().get_mut(header::CONTENT_TYPE)
        && let Some(named) = TEXT_TYPES.iter().find(|(bare, _)| content_type == bare)
    {
        *content_type = HeaderValue::from_static(named.1);
    }
    response
}

const TEXT_TYPES: [(&str, &str); 4] = [
    ("text/html", "text/html; charset=utf-8"),
    ("text/plain", "text/plain; charset=utf-8"),
    ("text/css", "text/css; charset=utf-8"),
    ("text/javascript", "text/javascript; charset=utf-8"),
];
