//! Says hello, exported as a plain WASI 0.2 handler.

use routelet_guests::{handles, say};

handles!(|_request, out| {
    say(out, "hello from a plain component\n");
});
