//! Answers without looking at the request body.

use routelet_guests::{handles, say};

handles!(|request, out| {
    say(out, "not read\n");
    drop(request);
});
