//! `GET` and `DELETE /api/users/[id]`: a param, JSON, and a route's own errors.

use routelet_sdk::prelude::*;
use serde::Serialize;

#[derive(Serialize)]
struct User {
    id: u64,
    name: &'static str,
}

const USERS: [User; 2] = [
    User { id: 1, name: "Ada" },
    User { id: 2, name: "Grace" },
];

fn find(id: u64) -> Result<&'static User, NotFound> {
    USERS.iter().find(|user| user.id == id).ok_or(NotFound)
}

// The param arrives as the type asked for; `/api/users/ada` is no number and answers 400.
#[get]
async fn read(Path(id): Path<u64>) -> Result<Json<&'static User>, NotFound> {
    find(id).map(Json)
}

// Every request runs in a fresh instance with its own memory, so that nothing is deleted for good.
#[delete]
async fn remove(Path(id): Path<u64>) -> Result<StatusCode, NotFound> {
    find(id).map(|_| StatusCode::NO_CONTENT)
}
