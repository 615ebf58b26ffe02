//! Calls the very URL it was asked for, and passes on the status it got, one line for each level.

use routelet_guests::{answer, call, handles};

handles!(|request, out| {
    let authority = request.authority().expect("every request has one");
    let target = request.path_with_query().expect("every request has one");
    match call(&format!("http://{authority}{target}")) {
        Ok((status, body)) => {
            let text = format!("{status}\n{}", String::from_utf8_lossy(&body));
            answer(out, 200, &[], text);
        }
        Err(error) => answer(out, 200, &[], error),
    }
});
