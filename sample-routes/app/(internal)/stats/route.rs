//! `GET /stats`: the group `(internal)` sorts the tree (and may carry a policy), and is no part of the URL.

use routelet_sdk::prelude::*;
use sample_routes::{articles, users};
use serde::Serialize;

#[derive(Serialize)]
struct Stats {
    users: usize,
    articles: usize,
}

#[get]
async fn stats() -> Json<Stats> {
    Json(Stats { users: users::ALL.len(), articles: articles::ALL.len() })
}
