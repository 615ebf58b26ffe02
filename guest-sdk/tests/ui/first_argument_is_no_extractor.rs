use routelet_sdk::prelude::*;

#[get]
async fn read(id: u64, headers: HeaderMap) -> String {
    format!("{id} {headers:?}")
}

fn main() {}
