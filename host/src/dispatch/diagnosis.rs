//! The page a person sees who is writing a route that does not build, does not load or fails. It is never
//! shown by `serve`.

use std::{
    path::{Path, PathBuf},
    sync::OnceLock,
    time::Duration,
};

use http::{HeaderName, HeaderValue, Response, header};

use super::{
    accept::Wants,
    incoming::Incoming,
    refusal::{Client, Refusal},
};
use crate::{
    Body,
    runtime::{body::GuestBody, heard::Heard},
    site::{Diagnosis, Site},
};

/// How long an answer that tells of a failure may keep its first byte back. One that takes longer has a
/// body of its own, and is sent as it comes.
const FIRST_BYTE_WAIT: Duration = Duration::from_secs(2);

/// What is broken about a route.
pub(super) enum Broken<'a> {
    /// There is nothing that could run.
    Unbuilt(&'a Diagnosis),
    /// It ran and failed, for this reason.
    Failed(String),
}

/// Who looks at a request: the person who is writing the site, or nobody.
pub(super) struct Onlooker(Option<Looking>);

struct Looking {
    asked: String,
    heard: Heard,
    /// The directory of the route that answers, relative to the site.
    route: OnceLock<PathBuf>,
}

impl Onlooker {
    /// Nobody, unless the site is being written.
    pub(super) fn of(site: &Site, incoming: &Incoming) -> Self {
        let looking = || Looking { asked: incoming.asked(), heard: Heard::last_lines(), route: OnceLock::new() };
        Self(site.shows_diagnoses().then(looking))
    }

    /// Who listens to the guest.
    pub(super) fn heard(&self) -> Heard {
        self.0.as_ref().map_or_else(Heard::nothing, |looking| looking.heard.clone())
    }

    /// The component that answers.
    pub(super) fn finds(&self, component: &Path) {
        if let Some(looking) = &self.0 {
            // Told once for each request.
            let _ = looking.route.set(component.parent().unwrap_or(component).to_owned());
        }
    }

    /// Whether the guest said on standard error alone why it failed.
    pub(super) async fn misses_reason(&self, response: &mut Response<GuestBody>) -> bool {
        let has_heard = self.0.as_ref().is_some_and(|looking| looking.heard.complaints());
        has_heard
            && super::refusal::tells_of_failure(response.status())
            && response.body_mut().is_empty(FIRST_BYTE_WAIT).await
    }

    /// What is shown in place of a refusal's short sentence.
    pub(super) fn page(&self, refusal: &Refusal) -> Option<Page> {
        let looking = self.0.as_ref()?;
        Some(match refusal.broken()? {
            Broken::Unbuilt(diagnosis) => Page::of_unbuilt(diagnosis),
            Broken::Failed(reason) => Page::of_failed(looking, &reason),
        })
    }
}

/// What is wrong, in full.
pub(super) struct Page {
    title: &'static str,
    place: String,
    /// Headings, and what stands below each.
    parts: Vec<(&'static str, String)>,
    way_out: &'static str,
}

impl Page {
    fn of_unbuilt(diagnosis: &Diagnosis) -> Self {
        Self {
            title: "This route is out of service",
            place: diagnosis.fault.file.display().to_string(),
            parts: vec![("What is wrong", diagnosis.text.clone())],
            way_out: "Mend the file and load this page again. All other routes are served.",
        }
    }

    fn of_failed(looking: &Looking, reason: &str) -> Self {
        let route = looking.route.get().map(|route| format!(" in {}", route.display())).unwrap_or_default();
        let printed = looking.heard.text();
        let printed = if printed.is_empty() { "nothing".to_owned() } else { printed };
        Self {
            title: "This route failed",
            place: format!("{}{route}", looking.asked),
            parts: vec![("Why", reason.to_owned()), ("What it printed last", printed)],
            way_out: "Only `routelet dev` shows this page; under `serve` the client learns no more than the status.",
        }
    }

    /// For a browser as a page, for everybody else as text.
    pub(super) fn response(&self, client: Client<'_>) -> Response<Body> {
        let (body, content_type) = match client.wants {
            Wants::Html => (self.html(client.request_id), "text/html; charset=utf-8"),
            Wants::Text | Wants::Json => (self.text(client.request_id), "text/plain; charset=utf-8"),
        };
        let mut response = Response::new(Body::of(body));
        let fields: [(HeaderName, &'static str); 4] = [
            (header::CONTENT_TYPE, content_type),
            (header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::CACHE_CONTROL, "no-store"),
        ];
        response.headers_mut().extend(fields.map(|(name, value)| (name, HeaderValue::from_static(value))));
        response
    }

    fn text(&self, request_id: &str) -> String {
        let parts: String = self.parts.iter().map(|(heading, text)| format!("\n{heading}:\n{text}\n")).collect();
        format!("{}: {}\n{parts}\n{} Request {request_id}.\n", self.title, self.place, self.way_out)
    }

    fn html(&self, request_id: &str) -> String {
        let part = |(heading, text): &(&str, String)| format!("<h2>{heading}</h2>\n<pre>{}</pre>\n", escape(text));
        let parts: String = self.parts.iter().map(part).collect();
        let (title, place, way_out) = (self.title, escape(&self.place), escape(self.way_out));
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>{place}</title>\n\
             <style>body{{font:16px/1.5 system-ui;margin:3rem auto;max-width:60rem;padding:0 1rem}}\
             h2{{font-size:1rem}}pre{{background:#f4f4f4;color:#222;padding:1rem;overflow:auto;white-space:pre-wrap}}\
             </style>\n<h1>{title}</h1>\n<p><code>{place}</code></p>\n{parts}\
             <p>{way_out} Request {request_id}.</p>\n</html>\n"
        )
    }
}

/// Text as it may stand between tags.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_compiler_says_cannot_become_markup() {
        assert_eq!(escape("Vec<u8> & \"x\""), "Vec&lt;u8&gt; &amp; &quot;x&quot;");
    }

    #[test]
    fn a_page_escapes_all_that_is_not_ours_and_text_nothing() {
        let heard = Heard::last_lines();
        let looking = Looking { asked: "GET /<b>".to_owned(), heard, route: OnceLock::from(PathBuf::from("app/<i>")) };
        let page = Page::of_failed(&looking, "<u> & more");
        let html = page.html("id");
        for (tag, escaped) in [("<b>", "/&lt;b&gt;"), ("<i>", "app/&lt;i&gt;"), ("<u>", "&lt;u&gt; &amp; more")] {
            assert!(!html.contains(tag) && html.contains(escaped), "{html}");
        }
        assert!(page.text("id").starts_with("This route failed: GET /<b> in app/<i>\n\nWhy:\n<u> & more\n"));
    }
}
