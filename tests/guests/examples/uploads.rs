//! Reads the whole request body and says how many bytes came, or how the body broke.

use routelet_guests::{Reader, handles, say};

handles!(|request, out| {
    let mut reader = Reader::of(&request);
    let mut bytes = 0_u64;
    loop {
        match reader.try_piece() {
            Ok(Some(piece)) => bytes += piece.len() as u64,
            Ok(None) => return say(out, bytes.to_string()),
            Err(error) => return say(out, format!("broken after {bytes}: {error}")),
        }
    }
});
