//! Waits as often and as long as the query says, computing nothing, then answers.

use routelet_guests::{handles, number, say, wasip2::clocks::monotonic_clock::subscribe_duration};

handles!(|request, out| {
    for _ in 0..number(&request, "times", 1_000) {
        subscribe_duration(number(&request, "ms", 20) * 1_000_000).block();
    }
    say(out, "waited\n");
});
