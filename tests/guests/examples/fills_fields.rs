//! Puts values into one list of fields without end.

use routelet_guests::{Fields, handles, say};

handles!(|_request, out| {
    let fields = Fields::new();
    let value = vec![b'v'; 1024];
    for at in 0..1_000_000 {
        if fields.append(&format!("x-{at}"), &value).is_err() {
            return say(out, format!("refused after {at}"));
        }
    }
});
