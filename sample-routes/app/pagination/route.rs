//! `GET /pagination?page=`: a list in pages, with the way to the next one.

use routelet_sdk::prelude::*;
use sample_routes::articles::{self, Article};
use serde::{Deserialize, Serialize};

// Defaults and bounds make a query safe to use: `page=0` and `per_page=1000000` are refused.
#[derive(Deserialize)]
struct Wanted {
    #[serde(default = "first")]
    page: usize,
    #[serde(default = "three")]
    per_page: usize,
}

fn first() -> usize {
    1
}

fn three() -> usize {
    3
}

#[derive(Serialize)]
struct Page {
    page: usize,
    pages: usize,
    items: &'static [Article],
    next: Option<String>,
}

#[get]
async fn pagination(Query(wanted): Query<Wanted>) -> Result<Json<Page>, Problem> {
    if wanted.page == 0 || !(1..=100).contains(&wanted.per_page) {
        let expected = "page counts from 1, per_page is 1 to 100";
        return Err(Problem::new(StatusCode::BAD_REQUEST).detail(expected));
    }
    Ok(Json(page(wanted)))
}

/// A page past the end is empty: the list may have become shorter since the link was made.
fn page(Wanted { page, per_page }: Wanted) -> Page {
    let pages = articles::ALL.len().div_ceil(per_page);
    let next = (page < pages).then(|| format!("/pagination?page={}&per_page={per_page}", page + 1));
    let items = articles::ALL.chunks(per_page).nth(page - 1).unwrap_or_default();
    Page { page, pages, items, next }
}
