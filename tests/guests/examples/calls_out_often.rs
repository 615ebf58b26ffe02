//! Calls the URL in the query as often as it says, one after another, and counts what succeeded.

use routelet_guests::{call, handles, number, query, tell};
use serde_json::json;

handles!(|request, out| {
    let url = query(&request, "url").expect("the test sends it");
    let mut answered = 0;
    let mut errors = Vec::new();
    for _ in 0..number(&request, "times", 1) {
        match call(&url) {
            Ok(_) => answered += 1,
            Err(error) => errors.push(error),
        }
    }
    errors.dedup();
    tell(out, &json!({ "answered": answered, "errors": errors }));
});
