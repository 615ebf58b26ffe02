//! Drops the outparam without an answer.

use routelet_guests::handles;

handles!(|_request, out| {
    drop(out);
});
