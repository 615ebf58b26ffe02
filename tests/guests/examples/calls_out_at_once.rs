//! Starts as many calls of the URL in the query as it says before it waits for any, and counts what came of them.

use routelet_guests::{begin_call, handles, number, query, tell};
use serde_json::json;

handles!(|request, out| {
    let url = query(&request, "url").expect("the test sends it");
    let calls: Vec<_> = (0..number(&request, "times", 1)).map(|_| begin_call(&url, None)).collect();
    let mut answered = 0;
    let mut errors = Vec::new();
    for call in calls {
        match call.and_then(|call| call.answer()) {
            Ok(_) => answered += 1,
            Err(error) => errors.push(error),
        }
    }
    errors.sort();
    let refused = errors.len();
    errors.dedup();
    tell(out, &json!({ "answered": answered, "refused": refused, "errors": errors }));
});
