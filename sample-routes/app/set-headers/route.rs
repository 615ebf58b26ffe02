//! `GET /set-headers`: response headers, and how long a cache may keep the answer.

use routelet_sdk::prelude::*;

const FRESH_FOR_A_MINUTE: &str = "public, max-age=60, stale-while-revalidate=300";

#[get]
async fn set_headers() -> impl IntoResponse {
    ([("cache-control", FRESH_FOR_A_MINUTE), ("x-served-by", "a component")], Html("<p>Look at my headers.</p>"))
}
