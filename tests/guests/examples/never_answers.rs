//! Returns without an answer, keeping the outparam.

use routelet_guests::handles;

handles!(|_request, out| {
    std::mem::forget(out);
});
