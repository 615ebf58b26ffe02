use std::time::Duration;

use routelet_sdk::prelude::*;

#[get]
async fn stream() -> StreamBody {
    StreamBody::new(async |mut out| {
        out.write("one\n").await?;
        sleep(Duration::from_millis(200)).await;
        out.write("two\n").await
    })
}
