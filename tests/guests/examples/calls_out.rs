//! Calls the URL in the query and says what it got: status and body, or the error code.

use routelet_guests::{call, handles, query, tell};
use serde_json::json;

handles!(|request, out| {
    let url = query(&request, "url").expect("the test sends it");
    let told = match call(&url) {
        Ok((status, body)) => json!({ "status": status, "body": String::from_utf8_lossy(&body) }),
        Err(error) => json!({ "error": error }),
    };
    tell(out, &told);
});
