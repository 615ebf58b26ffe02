//! Sends its whole answer first, then reads the request body to its end.

use routelet_guests::{Reader, handles, say};

handles!(|request, out| {
    let reader = Reader::of(&request);
    say(out, "answered first\n");
    let _ = reader.to_end();
});
