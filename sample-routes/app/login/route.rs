//! `POST /login`: a form, checked, and a session cookie with everything it should carry.

use std::time::Duration;

use routelet_sdk::prelude::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Login {
    user: String,
    password: String,
}

// A real site compares a password hash and draws a random session id; the answer looks the same.
#[post]
async fn login(cookies: Cookies, Form(login): Form<Login>) -> Result<Redirect, Problem> {
    if (login.user.as_str(), login.password.as_str()) != ("ada", "lovelace") {
        return Err(Problem::new(StatusCode::UNAUTHORIZED).detail("unknown user or wrong password"));
    }
    cookies.set(session_cookie("sample-session"));
    Ok(Redirect::to("/hello"))
}

/// `HttpOnly` hides it from scripts, `Secure` keeps it off plain HTTP, `SameSite` off other sites' requests.
fn session_cookie(id: &str) -> Cookie {
    Cookie::new("session", id)
        .path("/")
        .max_age(Duration::from_secs(8 * 60 * 60))
        .secure(true)
        .http_only(true)
        .same_site(SameSite::Lax)
}
