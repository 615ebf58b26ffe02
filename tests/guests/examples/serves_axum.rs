//! Is an axum application with routes of its own, as its author runs it anywhere else.

use axum::{
    Json, Router,
    body::Body,
    extract::{Path, Query},
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse,
    routing::{get, post},
};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Item {
    id: u32,
    #[serde(default)]
    color: String,
}

#[derive(Deserialize)]
struct Filter {
    #[serde(default)]
    color: String,
}

#[wstd_axum::http_server]
fn main() -> Router {
    let shop = Router::new()
        .route("/", get(async || "the shop\n"))
        .route("/items", post(create))
        .route("/items/{id}", get(read).delete(async || StatusCode::NO_CONTENT))
        .route("/echo", post(async |body: Body| body))
        .fallback(async || (StatusCode::NOT_FOUND, "nothing in the shop\n"));
    Router::new().nest("/shop", shop)
}

async fn read(Path(id): Path<u32>, Query(filter): Query<Filter>, headers: HeaderMap) -> impl IntoResponse {
    let agent = headers.get(header::USER_AGENT).cloned();
    (agent.map(|agent| [("x-agent", agent)]), Json(Item { id, color: filter.color }))
}

async fn create(Json(item): Json<Item>) -> impl IntoResponse {
    (StatusCode::CREATED, [(header::LOCATION, format!("/shop/items/{}", item.id))], Json(item))
}
