//! Puts fields into one list: as many as `count` says, without end by default, each with a name of six bytes and a value
//! of `bytes` bytes.

use routelet_guests::{Fields, handles, number, say};

handles!(|request, out| {
    let fields = Fields::new();
    let value = vec![b'v'; number(&request, "bytes", 1024) as usize];
    let count = number(&request, "count", u64::MAX);
    for at in 0..count {
        if fields.append(&format!("{at:06}"), &value).is_err() {
            return say(out, format!("refused after {at}"));
        }
    }
    say(out, format!("{count} held"));
});
