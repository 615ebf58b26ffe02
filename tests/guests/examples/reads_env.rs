//! Describes its environment and arguments as JSON.

use routelet_guests::{handles, tell};
use serde_json::json;

handles!(|_request, out| {
    let env: serde_json::Map<_, _> = std::env::vars().map(|(name, value)| (name, value.into())).collect();
    let arguments: Vec<_> = std::env::args().collect();
    tell(out, &json!({ "env": env, "arguments": arguments }));
});
