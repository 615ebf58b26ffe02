//! `GET /stream`: three chunks, half a second apart, each sent when it is ready.

use std::time::Duration;

use routelet_sdk::prelude::*;

const PAUSE: Duration = Duration::from_millis(500);

// Waiting is not charged: it costs the route's wall time, and next to no CPU.
#[get]
async fn stream() -> StreamBody {
    StreamBody::new(async |mut out| {
        out.write("one\n").await?;
        sleep(PAUSE).await;
        out.write("two\n").await?;
        sleep(PAUSE).await;
        out.write("three\n").await
    })
}
