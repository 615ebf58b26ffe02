//! Counts the requests its own memory has seen, and traps when told to.

use std::sync::atomic::{AtomicU32, Ordering};

use routelet_guests::{handles, query, say};

static SEEN: AtomicU32 = AtomicU32::new(0);

handles!(|request, out| {
    let seen = SEEN.fetch_add(1, Ordering::Relaxed) + 1;
    if query(&request, "trap").is_some() {
        std::process::abort();
    }
    say(out, seen.to_string());
});
