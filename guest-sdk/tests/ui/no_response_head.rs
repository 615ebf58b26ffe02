use routelet_sdk::prelude::*;

#[get]
async fn read() -> (u16, &'static str) {
    (200, "hello")
}

fn main() {}
