//! Makes resources without end and keeps them all.

use routelet_guests::{Fields, handles};

handles!(|_request, _out| {
    loop {
        std::mem::forget(Fields::new());
    }
});
