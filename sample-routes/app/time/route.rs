//! `GET /time`: JSON with the moment of the answer.

use std::time::{SystemTime, UNIX_EPOCH};

use routelet_sdk::prelude::*;
use serde::Serialize;

#[derive(Serialize)]
struct Now {
    unix_ms: u128,
}

// The clock is always there, without a grant. Nothing is cached unless a route asks for it.
#[get]
async fn time() -> Json<Now> {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Json(Now { unix_ms: since_epoch.as_millis() })
}
