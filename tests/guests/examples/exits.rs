//! Exits with the code in the query instead of answering.

use routelet_guests::{handles, number};

handles!(|request, _out| {
    std::process::exit(number(&request, "code", 0) as i32);
});
