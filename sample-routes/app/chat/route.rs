//! `/chat`: an answer told word by word as server-sent events.

use std::time::Duration;

use routelet_sdk::prelude::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Question {
    message: String,
}

// A browser's `EventSource` can only GET ...
#[get]
async fn listen(Query(question): Query<Question>) -> Sse {
    answer(question)
}

// ... while most chat clients POST their question and read the events with `fetch`.
#[post]
async fn ask(Json(question): Json<Question>) -> Sse {
    answer(question)
}

/// Stands in for a language model: repeats the question, one event a word, then `done`.
fn answer(question: Question) -> Sse {
    Sse::new(async move |mut events| {
        for word in format!("You said: {}", question.message).split_whitespace() {
            events.send(Event::new(word)).await?;
            sleep(Duration::from_millis(50)).await;
        }
        events.send(Event::new("[DONE]").event("done")).await
    })
}
