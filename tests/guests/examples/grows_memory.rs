//! Takes memory by the mebibyte until it is refused, or until it has what the query asks for, and says how much it got.

use routelet_guests::{handles, number, say};

handles!(|request, out| {
    let wanted = number(&request, "mib", u64::MAX);
    let mut pieces: Vec<Vec<u8>> = Vec::new();
    while (pieces.len() as u64) < wanted {
        let mut piece = Vec::new();
        if piece.try_reserve_exact(1 << 20).is_err() {
            break;
        }
        piece.push(1);
        pieces.push(std::hint::black_box(piece));
    }
    let got = pieces.len();
    drop(pieces);
    say(out, got.to_string());
});
