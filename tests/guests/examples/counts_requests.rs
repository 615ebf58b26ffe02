//! Counts the requests its own memory has seen: always 1 in a fresh instance.

use std::sync::atomic::{AtomicU32, Ordering};

use routelet_guests::{handles, say};

static SEEN: AtomicU32 = AtomicU32::new(0);

handles!(|_request, out| {
    let seen = SEEN.fetch_add(1, Ordering::Relaxed) + 1;
    say(out, seen.to_string());
});
