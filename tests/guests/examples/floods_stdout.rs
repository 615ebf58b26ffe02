//! Prints as many lines of a given width as the query asks for.

use routelet_guests::{handles, number, say};

handles!(|request, out| {
    let line = "x".repeat(number(&request, "width", 80) as usize);
    for at in 0..number(&request, "lines", 1_000) {
        println!("{at} {line}");
    }
    say(out, "flooded\n");
});
