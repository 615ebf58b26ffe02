//! Passes one large value to the host: a string of `bytes` bytes, or a list of `count` fields.

use routelet_guests::{Fields, handles, number, query, say, wasip2::cli::stdout::get_stdout};

handles!(|request, out| {
    let bytes = number(&request, "bytes", 0) as usize;
    let outcome = match query(&request, "how").as_deref() {
        Some("list") => {
            let count = number(&request, "count", 1);
            let entries: Vec<_> = (0..count).map(|_| ("x".to_owned(), vec![b'v'; bytes])).collect();
            format!("{:?}", Fields::from_list(&entries).map(|fields| fields.entries().len()))
        }
        Some("name") => format!("{}", Fields::new().has(&"n".repeat(bytes))),
        _ => format!("{:?}", get_stdout().write(&vec![b'x'; bytes])),
    };
    say(out, outcome);
});
