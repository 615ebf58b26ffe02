//! Polls a timer of zero length for ever: it never waits, so it is charged for all of it.

use routelet_guests::{handles, wasip2::clocks::monotonic_clock::subscribe_duration};

handles!(|_request, _out| {
    loop {
        subscribe_duration(0).block();
    }
});
