//! `/cookies`: reads, sets and deletes a cookie that counts visits.

use routelet_sdk::prelude::*;
use serde::Serialize;

#[derive(Serialize)]
struct Visits {
    visits: u32,
}

// What `set` and `delete` write goes out with the answer, whatever the handler returns.
#[get]
async fn count(cookies: Cookies) -> Json<Visits> {
    let before = cookies.get("visits").and_then(|visits| visits.parse().ok()).unwrap_or(0);
    let visits = u32::saturating_add(before, 1);
    cookies.set(("visits", visits.to_string()));
    Json(Visits { visits })
}

#[delete]
async fn forget(cookies: Cookies) -> StatusCode {
    cookies.delete("visits");
    StatusCode::NO_CONTENT
}
