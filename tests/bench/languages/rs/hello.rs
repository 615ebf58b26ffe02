use routelet_sdk::prelude::*;

#[get]
async fn hello() -> &'static str {
    "Hello, World!\n"
}
