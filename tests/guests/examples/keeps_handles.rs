//! Counts the requests its own memory has seen, and keeps what the query asks for without ever dropping it.

use std::{
    mem::forget,
    sync::atomic::{AtomicU32, Ordering},
};

use routelet_guests::{
    Fields, IncomingRequest, Reader, ResponseOutparam, begin_call, handles, number, query, say,
    wasip2::clocks::monotonic_clock::subscribe_duration,
};

static SEEN: AtomicU32 = AtomicU32::new(0);

handles!(|request, out| {
    let seen = SEEN.fetch_add(1, Ordering::Relaxed) + 1;
    match query(&request, "keep").as_deref() {
        None => {}
        Some("fields") => (0..number(&request, "count", 1)).for_each(|_| forget(Fields::new())),
        Some("exchange") => forget(begin_call(&query(&request, "url").expect("the test sends it"), None)),
        Some("timer") => forget(subscribe_duration(u64::MAX)),
        Some("body") => forget(Reader::of(&request)),
        Some("request") => return keep_request(request, out, seen),
        Some(other) => panic!("nothing is called {other}"),
    }
    say(out, seen.to_string());
});

fn keep_request(request: IncomingRequest, out: ResponseOutparam, seen: u32) {
    forget(request);
    say(out, seen.to_string());
}
