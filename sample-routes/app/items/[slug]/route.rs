//! `GET /items/[slug]`: a dynamic segment as text, decoded once.

use routelet_sdk::prelude::*;
use serde::Serialize;

#[derive(Serialize)]
struct Item {
    slug: String,
}

#[get]
async fn item(Path(slug): Path<String>) -> Json<Item> {
    Json(Item { slug })
}
