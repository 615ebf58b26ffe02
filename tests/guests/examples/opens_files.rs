//! Tries to reach files, and says what it found.

use routelet_guests::{handles, tell, wasip2::filesystem::preopens::get_directories};
use serde_json::json;

handles!(|_request, out| {
    let directories: Vec<_> = get_directories().into_iter().map(|(_, path)| path).collect();
    let read = std::fs::read_to_string("/etc/passwd").map_err(|error| error.kind().to_string());
    let written = std::fs::write("canary", "x").map_err(|error| error.kind().to_string());
    tell(out, &json!({ "directories": directories, "read": read.err(), "written": written.err() }));
});
