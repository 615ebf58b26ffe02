//! Traps before it answers.

use routelet_guests::handles;

handles!(|_request, _out| {
    panic!("canary-in-the-panic-message");
});
