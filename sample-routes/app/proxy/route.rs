//! `GET /proxy`: asks another server and passes its answer on, or says that it cannot be reached.

use routelet_sdk::prelude::*;

// The host lets this route connect to what segment.toml beside it grants, and to nothing else;
// a request to any other place fails like an unreachable one.
#[get]
async fn proxy() -> Result<(StatusCode, String), Problem> {
    let upstream =
        std::env::var("UPSTREAM").map_err(|_| Problem::new(StatusCode::INTERNAL_SERVER_ERROR))?;
    let answer = client::get(format!("{upstream}/greeting.txt"))
        .send()
        .await
        .map_err(unreachable)?;
    let status = answer.status();
    Ok((status, answer.text().await.map_err(unreachable)?))
}

fn unreachable(cause: client::Error) -> Problem {
    eprintln!("upstream: {cause}");
    Problem::new(StatusCode::BAD_GATEWAY).detail("the upstream cannot be reached")
}
