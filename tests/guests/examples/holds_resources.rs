//! Holds as many resources of one kind as the query asks for, all at once, then lets go of them and answers.

use routelet_guests::{
    Fields, IncomingRequest, OutgoingRequest, OutgoingResponse, handles, number, query, say,
    wasip2::{cli::stdout::get_stdout, clocks::monotonic_clock::subscribe_duration},
};

handles!(|request, out| {
    let count = number(&request, "count", 1);
    let kind = query(&request, "kind").expect("the test sends it");
    match kind.as_str() {
        "fields" => hold(count, Fields::new),
        "pollables" => hold(count, || subscribe_duration(u64::MAX)),
        "streams" => hold(count, get_stdout),
        "headers" => hold(count, || IncomingRequest::headers(&request)),
        "responses" => hold(count, || OutgoingResponse::new(Fields::new())),
        "requests" => hold(count, || OutgoingRequest::new(Fields::new())),
        other => panic!("no kind {other}"),
    }
    say(out, count.to_string());
});

fn hold<R>(count: u64, make: impl Fn() -> R) {
    drop((0..count).map(|_| make()).collect::<Vec<_>>());
}
