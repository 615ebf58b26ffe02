//! Serves a file as it is, through tower-http: conditional and range requests are its work.

use http::Response;
use tower_http::services::ServeFile;
use tower_service::Service;

use super::{incoming::Incoming, refusal::Refusal};
use crate::{Body, site::StaticFile};

/// Answers GET or HEAD with a file.
pub(super) async fn serve(file: &StaticFile, incoming: Incoming) -> Result<Response<Body>, Refusal> {
    let served = ServeFile::new(&file.absolute).call(incoming.into_file_request()).await;
    match served {
        Ok(response) => Ok(response.map(Body::from)),
        Err(never) => match never {},
    }
}
