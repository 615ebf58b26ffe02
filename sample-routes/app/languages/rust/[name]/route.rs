//! `GET` and `POST /languages/rust/[name]`: a param, the query and a form, as in the directories beside it.

use routelet_sdk::prelude::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Wish {
    #[serde(default = "hello")]
    greeting: String,
}

fn hello() -> String {
    "Hello".to_owned()
}

#[get]
async fn greet(Path(name): Path<String>, Query(wish): Query<Wish>) -> String {
    format!("{}, {name}, from Rust!\n", wish.greeting)
}

// A form without `text` is no such form, and answers 400.
#[derive(Deserialize)]
struct Said {
    text: String,
}

#[post]
async fn say(Path(name): Path<String>, Form(said): Form<Said>) -> impl IntoResponse {
    (StatusCode::CREATED, format!("{name} said {}\n", said.text))
}
