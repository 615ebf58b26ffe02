//! `POST /after`: answers at once and goes on working when the answer is out.

use routelet_sdk::prelude::*;

// The client does not wait for it; the route's wall time and concurrency do.
#[post]
async fn accept(body: String) -> (StatusCode, &'static str) {
    after(async move {
        println!("{} bytes noted", body.len());
    });
    (StatusCode::ACCEPTED, "accepted")
}
