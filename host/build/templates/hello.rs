//! `GET /`: the smallest route.

use routelet_sdk::prelude::*;

// The attribute exports the method, the directory is the URL; HEAD and OPTIONS come for free.
#[get]
async fn hello() -> &'static str {
    "Hello, World!\n"
}
