//! `GET /search?q=`: query parameters as a struct.

use routelet_sdk::prelude::*;
use sample_routes::articles::{self, Article};
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
struct Search {
    q: String,
    #[serde(default = "ten")]
    limit: usize,
}

fn ten() -> usize {
    10
}

#[derive(Serialize)]
struct Found {
    query: String,
    hits: Vec<&'static Article>,
}

// `q` is required: without it the extractor answers 400. `limit` has a default.
#[get]
async fn search(Query(search): Query<Search>) -> Json<Found> {
    let wanted = search.q.to_lowercase();
    let hits = articles::ALL
        .iter()
        .filter(|article| article.title.to_lowercase().contains(&wanted))
        .take(search.limit)
        .collect();
    Json(Found { query: search.q, hits })
}
