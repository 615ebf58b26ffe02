use routelet_sdk::prelude::*;

#[post("/users")]
async fn create() {}

#[put(limit = 5)]
async fn replace() {}

#[patch(body_limit = "10MiB")]
async fn change(body: String) -> String {
    body
}

#[delete(body_limit = 5, more)]
async fn remove() {}

fn main() {}
