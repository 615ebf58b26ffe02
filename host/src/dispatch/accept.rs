//! What a client would rather read where the host itself answers (RFC 9110 section 12.5.1).

use http::{HeaderMap, header};

const JSON: [&str; 2] = ["application/json", "application/problem+json"];
const HTML: &str = "text/html";
const PLAIN: &str = "text/plain";
const TEXT: [&str; 3] = [HTML, PLAIN, "text/*"];

/// What a client would rather read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wants {
    /// Whoever says nothing of it, too.
    Text,
    Html,
    Json,
}

/// What these fields of a request say of that.
pub(super) fn wanted(headers: &HeaderMap) -> Wants {
    let html = weight(headers, &[HTML]);
    match prefers_json(headers) {
        true => Wants::Json,
        false if html > 0.0 && html >= weight(headers, &[PLAIN]) => Wants::Html,
        false => Wants::Text,
    }
}

/// Whether JSON is written out and weighs more than any kind of text. `*/*` says nothing: it comes
/// from a program as well as from a person's `curl`.
fn prefers_json(headers: &HeaderMap) -> bool {
    let json = weight(headers, &JSON);
    json > 0.0 && json > weight(headers, &TEXT)
}

/// The largest weight of any of these media ranges; zero where none is named.
fn weight(headers: &HeaderMap, media: &[&str]) -> f32 {
    let values = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let ranges = values.flat_map(|value| value.split(',')).map(range);
    let named = ranges.filter(|(name, _)| media.iter().any(|media| name.eq_ignore_ascii_case(media)));
    named.map(|(_, weight)| weight).fold(0.0, f32::max)
}

/// A media range and its weight, which is one where none is written and zero where it is no number.
fn range(text: &str) -> (&str, f32) {
    let mut parts = text.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default();
    let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
    (name, weight.map_or(1.0, |weight| weight.parse().unwrap_or(0.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_is_for_those_who_name_it() {
        let table = [
            ("", Wants::Text),
            ("*/*", Wants::Text),
            ("text/*", Wants::Text),
            ("text/html", Wants::Html),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", Wants::Html),
            ("text/plain, text/html;q=0.5", Wants::Text),
            ("text/html;q=0", Wants::Text),
            ("application/json", Wants::Json),
            ("text/html, application/json", Wants::Html),
        ];
        for (accept, expected) in table {
            let headers = [(header::ACCEPT, accept.parse().unwrap())].into_iter().collect();
            assert_eq!(wanted(&headers), expected, "{accept}");
        }
    }

    #[test]
    fn json_has_to_weigh_more_than_text() {
        let table = [
            ("", false),
            ("*/*", false),
            ("application/json", true),
            ("application/problem+json", true),
            ("APPLICATION/JSON; charset=utf-8", true),
            ("text/html, application/json;q=0.5", false),
            ("text/html;q=0.5, application/json;q=0.9", true),
            ("text/html, application/json", false),
            ("application/json;q=0", false),
            ("application/json;q=x", false),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", false),
        ];
        for (accept, expected) in table {
            let headers = [(header::ACCEPT, accept.parse().unwrap())].into_iter().collect();
            assert_eq!(prefers_json(&headers), expected, "{accept}");
        }
    }
}
