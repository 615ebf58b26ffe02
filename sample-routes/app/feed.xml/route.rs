//! `GET /feed.xml`: an RSS feed; a dot in a directory's name is an ordinary character.

use routelet_sdk::prelude::*;
use sample_routes::articles::{self, Article};

#[get]
async fn feed() -> impl IntoResponse {
    let items: String = articles::ALL.iter().rev().map(item).collect();
    let feed = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel>
<title>sample-routes</title><link>https://example.com/</link><description>Articles</description>
{items}</channel></rss>
"#
    );
    ([("content-type", "application/rss+xml; charset=utf-8")], feed)
}

fn item(article: &Article) -> String {
    let Article { id, title } = article;
    let title = escaped(title);
    format!("<item><guid isPermaLink=\"false\">{id}</guid><title>{title}</title></item>\n")
}

/// Text as XML wants it: the ampersand first, or it would escape the escapes.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
