//! `/methods`: all seven methods in one file, each answered by a function of its own.

use routelet_sdk::prelude::*;

#[get]
async fn read() -> &'static str {
    "read"
}

// Without it the host would run `read` and drop the body.
#[head]
async fn peek() -> impl IntoResponse {
    [("x-answered-by", "head")]
}

#[post]
async fn create() -> (StatusCode, &'static str) {
    (StatusCode::CREATED, "created")
}

#[put]
async fn replace(body: String) -> String {
    format!("replaced by {body}")
}

#[patch]
async fn change(body: String) -> String {
    format!("changed by {body}")
}

#[delete]
async fn remove() -> StatusCode {
    StatusCode::NO_CONTENT
}

// Without it the host would answer 204 with `Allow` and start no instance.
#[options]
async fn describe() -> impl IntoResponse {
    (StatusCode::NO_CONTENT, [("allow", "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT")])
}
