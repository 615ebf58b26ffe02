//! `POST /login`: a form, checked, and a session cookie with every attribute there is.

use std::time::{Duration, SystemTime};

use routelet_sdk::prelude::*;
use serde::Deserialize;

const EIGHT_HOURS: Duration = Duration::from_secs(8 * 60 * 60);

#[derive(Deserialize)]
struct Login {
    user: String,
    password: String,
}

// A real site compares a password hash and draws a random session id; the answer looks the same.
#[post]
async fn login(uri: Uri, cookies: Cookies, Form(login): Form<Login>) -> Result<Redirect, Problem> {
    if (login.user.as_str(), login.password.as_str()) != ("ada", "lovelace") {
        return Err(Problem::new(StatusCode::UNAUTHORIZED).detail("unknown user or wrong password"));
    }
    cookies.set(session_cookie("sample-session", uri.host().unwrap_or_default()));
    Ok(Redirect::to("/hello"))
}

/// Most cookies want the first five; the others are here to be seen.
fn session_cookie(id: &str, host: &str) -> Cookie {
    Cookie::new("session", id)
        // For the whole site.
        .path("/")
        // Ends by itself.
        .max_age(EIGHT_HOURS)
        // Never over plain HTTP.
        .secure(true)
        // Out of reach of the page's scripts.
        .http_only(true)
        // Not with the forms of other sites.
        .same_site(SameSite::Lax)
        // The same end as `max_age`, for old clients.
        .expires(SystemTime::now() + EIGHT_HOURS)
        // For subdomains too; without it only for this host.
        .domain(host)
        // A jar of its own for each site that embeds this one.
        .partitioned(true)
        // The last to go when the browser has too many.
        .priority(Priority::High)
}
