//! Answers with the status in the query, and with the body there; says so where it cannot even be set. What the query
//! gives as `complaint` goes to standard error first.

use routelet_guests::{Body, Fields, OutgoingResponse, handles, number, query, say};

handles!(|request, out| {
    let status = number(&request, "status", 200) as u16;
    if let Some(complaint) = query(&request, "complaint") {
        eprintln!("{complaint}");
    }
    let response = OutgoingResponse::new(Fields::new());
    if response.set_status_code(status).is_err() {
        return say(out, format!("status {status} refused"));
    }
    let text = query(&request, "body").unwrap_or_default();
    let body = Body::of(response, out);
    body.write(text.as_bytes());
    body.flush();
    body.finish();
});
