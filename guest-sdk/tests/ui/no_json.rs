use routelet_sdk::prelude::*;

struct User;

#[post]
async fn create(Json(user): Json<User>) -> Json<User> {
    Json(user)
}

fn main() {}
