//! Waits for a timer that never comes.

use routelet_guests::{handles, wasip2::clocks::monotonic_clock::subscribe_duration};

handles!(|_request, _out| {
    loop {
        subscribe_duration(3_600_000_000_000).block();
    }
});
