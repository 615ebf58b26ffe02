//! `GET /stream`: three chunks, half a second apart, each sent when it is ready.

use std::time::Duration;

use routelet_sdk::prelude::*;

const PAUSE: Duration = Duration::from_millis(500);

// The waiting costs the route's wall time, not its CPU budget.
#[get]
async fn stream() -> StreamBody {
    StreamBody::new(async |mut out| {
        for (position, word) in ["one\n", "two\n", "three\n"].into_iter().enumerate() {
            if position > 0 {
                sleep(PAUSE).await;
            }
            out.write(word).await?;
        }
        Ok(())
    })
}
