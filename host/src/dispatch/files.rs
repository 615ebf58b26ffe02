//! Serves a file as it is, through tower-http: conditional and range requests are its work. It opens
//! the file itself, so that whoever may write to the site cannot have another file read in its stead.

use std::{fs::File, os::fd::AsRawFd as _, path::PathBuf, sync::Arc};

use http::{HeaderValue, Response, header};
use tower_http::services::ServeFile;
use tower_service::Service;

use super::{incoming::Incoming, refusal::Refusal};
use crate::{
    Body,
    site::{Site, StaticFile, tree},
};

/// How much of a file is read at once. A piece lies in two buffers before it waits in those of the connection, also for
/// a client that does not read.
const PIECE_BYTES: usize = 32 * 1024;

/// Answers GET or HEAD with a file.
pub(super) async fn serve(site: &Site, file: &Arc<StaticFile>, incoming: Incoming) -> Result<Response<Body>, Refusal> {
    let opened = open(site, file).await.ok_or(Refusal::NotFound)?;
    let mime = mime_guess::from_path(&file.file).first_or_octet_stream();
    let mut files = ServeFile::new_with_mime(reopened(&opened), &mime).with_buf_chunk_size(PIECE_BYTES);
    let served = files.call(incoming.into_file_request()).await;
    match served {
        Ok(response) => Ok(in_utf8(response).map(Body::from)),
        Err(never) => match never {},
    }
}

/// The file as the scan of the tree found it: no link, no pipe.
async fn open(site: &Site, file: &Arc<StaticFile>) -> Option<File> {
    let (site, path) = (site.clone(), file.clone());
    let opened = tokio::task::spawn_blocking(move || tree::open(site.dir(), &path.file)).await.ok()?;
    opened.inspect_err(|fault| tracing::warn!(event = "file_not_served", error = %fault)).ok()
}

/// A path that names an open file, whatever lies in its place by now; tower-http takes paths only.
fn reopened(opened: &File) -> PathBuf {
    PathBuf::from(format!("/dev/fd/{}", opened.as_raw_fd()))
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
