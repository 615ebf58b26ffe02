//! Parses the JSON it is sent and answers how many items that holds and how large it was.

use routelet_guests::{Reader, answer, handles, tell};
use serde_json::{Value, json};

handles!(|request, out| {
    let sent = Reader::of(&request).to_end();
    match serde_json::from_slice(&sent) {
        Ok(Value::Array(items)) => tell(out, &json!({ "items": items.len(), "bytes": sent.len() })),
        Ok(_) => answer(out, 422, &[], "not a list\n"),
        Err(error) => answer(out, 400, &[], format!("{error}\n")),
    }
});
