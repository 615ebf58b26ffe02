//! Tries every way to put the two lengths of the query into one list of fields, and says how each came out.

use routelet_guests::{Fields, handles, query, tell};
use serde_json::json;

const NAME: &str = "content-length";

handles!(|request, out| {
    let lengths = ["one", "other"].map(|name| query(&request, name).expect("the test sends it").into_bytes());
    let [one, other] = &lengths;
    let appended = Fields::new();
    let first = appended.append(NAME, one);
    let second = appended.append("Content-Length", other);
    let set = Fields::new().set(NAME, &lengths);
    let listed = Fields::from_list(&[(NAME.to_owned(), one.clone()), (NAME.to_owned(), other.clone())]);
    let held = appended.get(NAME).len();
    let outcome = json!({
        "first": first.is_ok(), "second": second.is_ok(), "set": set.is_ok(), "listed": listed.is_ok(), "held": held,
    });
    tell(out, &outcome);
});
