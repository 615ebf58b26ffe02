//! The page a person sees who is writing a route that does not build or load. It is never shown by `serve`.

use http::{HeaderValue, Response, header};

use crate::{Body, site::Diagnosis};

/// Says what is wrong, and offers a reload once it is mended.
pub(super) fn page(diagnosis: &Diagnosis, request_id: &str) -> Response<Body> {
    let file = escape(&diagnosis.fault.file.display().to_string());
    let text = escape(&diagnosis.text);
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>{file}</title>\n\
         <style>body{{font:16px/1.5 system-ui;margin:3rem auto;max-width:60rem;padding:0 1rem}}\
         pre{{background:#f4f4f4;color:#222;padding:1rem;overflow:auto;white-space:pre-wrap}}</style>\n\
         <h1>This route is out of service</h1>\n<p><code>{file}</code></p>\n<pre>{text}</pre>\n\
         <p>Mend the file and load this page again. All other routes are served. Request {request_id}.</p>\n</html>\n"
    );
    let mut response = Response::new(Body::of(html));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'"),
    );
    response
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
}
