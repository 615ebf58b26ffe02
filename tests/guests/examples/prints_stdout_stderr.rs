//! Prints one line to each output, then the text of the query.

use routelet_guests::{handles, query, say};

handles!(|request, out| {
    println!("a line for stdout");
    eprintln!("a line for stderr");
    if let Some(text) = query(&request, "text") {
        println!("{text}");
    }
    say(out, "printed\n");
});
