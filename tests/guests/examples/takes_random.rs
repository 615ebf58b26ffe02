//! Asks for as many random bytes at once as the query says.

use routelet_guests::{handles, number, say, wasip2::random::random::get_random_bytes};

handles!(|request, out| {
    let bytes = get_random_bytes(number(&request, "bytes", 32));
    say(out, bytes.len().to_string());
});
