//! `GET /proxy`: asks another server and passes its answer on; 502 if it cannot be reached.

use routelet_sdk::prelude::*;

// The host lets this route connect to what segment.toml beside it grants and to nothing else.
// Both `?` on the client answer 502 (504 when the time is up), and leave the cause in the log.
#[get]
async fn proxy() -> Result<(StatusCode, String), Problem> {
    let upstream = std::env::var("UPSTREAM")?;
    let answer = client::get(format!("{upstream}/greeting.txt")).send().await?;
    Ok((answer.status(), answer.text().await?))
}
