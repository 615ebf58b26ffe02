//! `/redirect`: the three redirects a handler needs.

use routelet_sdk::prelude::*;

// 307: look there for now, with the same method.
#[get]
async fn elsewhere() -> Redirect {
    Redirect::temporary("/hello")
}

// 303: done, and the result is over there; the browser follows with GET.
#[post]
async fn submitted() -> Redirect {
    Redirect::to("/hello")
}

// 308: moved for good, with the same method.
#[put]
async fn moved() -> Redirect {
    Redirect::permanent("/echo")
}
