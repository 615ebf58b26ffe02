//! `GET /error`: a handler that fails, in words of its own, and one that panics.

use routelet_sdk::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
struct Wish {
    #[serde(default)]
    panic: bool,
}

/// What can go wrong here. Turning it into an answer is one `impl`, so handlers just use `?`.
enum Failure {
    Storage(std::num::ParseIntError),
}

#[derive(Serialize)]
struct Told {
    error: &'static str,
}

// Two audiences: the log gets the cause, the client a sentence that gives nothing away.
impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let Failure::Storage(cause) = self;
        eprintln!("cannot read the counter: {cause}");
        (StatusCode::INTERNAL_SERVER_ERROR, Json(Told { error: "internal server error" })).into_response()
    }
}

// A panic ends this request's instance and nothing else: the host answers 500 and logs the cause.
#[get]
async fn fail(Query(wish): Query<Wish>) -> Result<Json<u32>, Failure> {
    assert!(!wish.panic, "asked to");
    Ok(Json(read_counter()?))
}

fn read_counter() -> Result<u32, Failure> {
    "not a number".parse().map_err(Failure::Storage)
}
