//! Writes as many zero bytes as the query says, in one call that carries none of them: `to` its body, stdout or stderr.

use routelet_guests::{
    Body, OutputStream, handles, number, query, say,
    wasip2::cli::{stderr::get_stderr, stdout::get_stdout},
};

handles!(|request, out| {
    let count = number(&request, "bytes", 1);
    let at_once = |stream: &OutputStream| match query(&request, "how").as_deref() {
        Some("blocking") => stream.blocking_write_zeroes_and_flush(count),
        _ => stream.write_zeroes(count),
    };
    let outcome = match query(&request, "to").as_deref() {
        Some("stdout") => at_once(&get_stdout()),
        Some("stderr") => at_once(&get_stderr()),
        _ => {
            let body = Body::begin(out, 200, &[]);
            if at_once(body.stream()).is_ok() {
                body.finish();
            }
            return;
        }
    };
    say(out, format!("{outcome:?}"));
});
