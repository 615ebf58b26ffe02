//! Sends a whole answer, then goes on working: it calls the URL in the query.

use routelet_guests::{call, handles, query, say};

handles!(|request, out| {
    let url = query(&request, "url").expect("the test sends it");
    say(out, "answered\n");
    let _ = call(&url);
});
