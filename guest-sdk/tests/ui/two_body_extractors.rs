use routelet_sdk::prelude::*;

#[post]
async fn create(Json(names): Json<Vec<String>>, raw: Bytes) -> String {
    format!("{names:?} {raw:?}")
}

fn main() {}
