//! `GET` and `DELETE /users/[id]`: one dynamic segment, two methods.

use routelet_sdk::prelude::*;
use sample_routes::users::{self, User};

// The segment `[id]` arrives as the type asked for; `/users/abc` is no number and answers 400.
#[get]
async fn read(Path(id): Path<u64>) -> Result<Json<&'static User>, NotFound> {
    users::find(id).map(Json).ok_or(NotFound)
}

// Every request runs in a fresh instance with its own memory, so a deletion could not outlive
// the answer. A real site deletes in a store behind it; this one only answers as if it had.
#[delete]
async fn delete(Path(id): Path<u64>) -> Result<StatusCode, NotFound> {
    users::find(id).map(|_| StatusCode::NO_CONTENT).ok_or(NotFound)
}
