use routelet_sdk::prelude::*;

#[get]
async fn fail() -> String {
    panic!("of its own accord")
}
