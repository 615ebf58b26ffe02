use routelet_sdk::prelude::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Asked {
    q: String,
}

#[get]
async fn read(Path(id): Path<u64>, Query(asked): Query<Asked>) -> String {
    format!("{id} {}", asked.q)
}
