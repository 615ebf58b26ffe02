use routelet_sdk::prelude::*;

#[get]
async fn count(cookies: Cookies) -> String {
    let before: u32 = cookies.get("visits").and_then(|visits| visits.parse().ok()).unwrap_or(0);
    let visits = before.saturating_add(1).to_string();
    cookies.set(("visits", visits.clone()));
    visits
}
