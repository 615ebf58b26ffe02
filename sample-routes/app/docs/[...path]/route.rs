//! `GET /docs/[...path]`: a catch-all takes one segment or more, each decoded by itself.

use routelet_sdk::prelude::*;
use serde::Serialize;

#[derive(Serialize)]
struct Page {
    path: Vec<String>,
}

#[get]
async fn page(Path(path): Path<Vec<String>>) -> Json<Page> {
    Json(Page { path })
}
