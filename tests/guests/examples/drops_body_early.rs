//! Reads the first piece of the request body, drops the rest, and answers with how much it had read.

use routelet_guests::{Reader, handles, say};

handles!(|request, out| {
    let mut reader = Reader::of(&request);
    let read = reader.piece().map_or(0, |piece| piece.len());
    drop(reader);
    say(out, read.to_string());
});
