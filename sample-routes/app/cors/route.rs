//! `/cors`: answers one other origin, with an `OPTIONS` of its own instead of the automatic one.

use routelet_sdk::prelude::*;
use serde::Serialize;

// `*` would let every site read the answer; a list of known origins is the safer habit.
const ALLOWED_ORIGIN: &str = "https://app.example.com";

#[derive(Serialize)]
struct Greeting {
    message: &'static str,
}

// `vary` keeps a cache from giving one origin's answer to another.
#[get]
async fn read() -> impl IntoResponse {
    (
        [("access-control-allow-origin", ALLOWED_ORIGIN), ("vary", "origin")],
        Json(Greeting { message: "readable from another origin" }),
    )
}

#[options]
async fn preflight() -> impl IntoResponse {
    (
        StatusCode::NO_CONTENT,
        [
            ("access-control-allow-origin", ALLOWED_ORIGIN),
            ("access-control-allow-methods", "GET, OPTIONS"),
            ("access-control-allow-headers", "content-type, authorization"),
            ("access-control-max-age", "86400"),
            ("vary", "origin"),
        ],
    )
}
