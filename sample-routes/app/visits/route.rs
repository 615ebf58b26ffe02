//! `/visits`: counts the visits of each visitor, told apart by a cookie, in a key-value store.

use routelet_sdk::{kv::Store, prelude::*};
use serde::Serialize;

#[derive(Serialize)]
struct Visits {
    visitor: i64,
    visits: i64,
}

// Requests may come at once and run in instances of their own: what they count is in the store.
#[get]
async fn count(cookies: Cookies) -> Result<Json<Visits>, Problem> {
    let store = Store::open("visits")?;
    let visitor = match visitor(&cookies) {
        Some(known) => known,
        None => store.increment("visitors", 1)?,
    };
    let visits = store.increment(&key(visitor), 1)?;
    cookies.set(("visitor", visitor.to_string()));
    Ok(Json(Visits { visitor, visits }))
}

#[delete]
async fn forget(cookies: Cookies) -> Result<StatusCode, Problem> {
    if let Some(visitor) = visitor(&cookies) {
        Store::open("visits")?.delete(&key(visitor))?;
    }
    cookies.delete("visitor");
    Ok(StatusCode::NO_CONTENT)
}

// Anybody can send any number here. What is worth more than a count wants a cookie nobody can guess.
fn visitor(cookies: &Cookies) -> Option<i64> {
    cookies.get("visitor")?.parse().ok()
}

fn key(visitor: i64) -> String {
    format!("visitor/{visitor}")
}
