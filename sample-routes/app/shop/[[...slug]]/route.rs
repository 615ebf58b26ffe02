//! `GET /shop` and everything below: an optional catch-all matches no segment as well.

use routelet_sdk::prelude::*;
use serde::{Deserialize, Serialize};

// Params can be taken by name; `/shop` itself has no `slug` at all.
#[derive(Deserialize)]
struct Params {
    slug: Option<Vec<String>>,
}

#[derive(Serialize)]
struct Shelf {
    categories: Vec<String>,
}

#[get]
async fn shelf(Path(params): Path<Params>) -> Json<Shelf> {
    Json(Shelf { categories: params.slug.unwrap_or_default() })
}
