//! `POST /echo`: takes JSON, gives it back with 201.

use routelet_sdk::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Deserialize, Serialize)]
struct Note {
    title: String,
    #[serde(default)]
    tags: Vec<String>,
}

#[derive(Serialize)]
struct Created {
    received: Note,
}

// A body that is no such JSON never gets here: the extractor answers 400,
// 415 without `content-type: application/json`, 413 when it is too large.
#[post]
async fn echo(Json(note): Json<Note>) -> (StatusCode, Json<Created>) {
    (StatusCode::CREATED, Json(Created { received: note }))
}
