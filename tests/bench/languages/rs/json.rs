use routelet_sdk::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
struct Asked {
    n: i64,
}

#[derive(Serialize)]
struct Told {
    twice: i64,
}

#[post]
async fn double(Json(asked): Json<Asked>) -> (StatusCode, Json<Told>) {
    (StatusCode::CREATED, Json(Told { twice: asked.n * 2 }))
}
