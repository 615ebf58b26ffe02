//! Forms with files, received part by part. Holds no part in memory unless it is asked to.

use std::fmt;

use bytes::Bytes;
use futures_util::StreamExt;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use send_wrapper::SendWrapper;

use super::FromRequest;
use super::content_type::unsupported;
use super::raw::text;
use crate::body::{self, BodyError, BodyStream};
use crate::parts::Parts;
use crate::problem::Problem;

/// The fields of a submitted form of content type `multipart/form-data`, one after the other as they arrive.
///
/// 415 for another content type. Each field has to be read, or dropped, before the next: nothing is held back, so
/// that a file of any size passes through a small guest.
///
/// ```
/// use routelet_sdk::prelude::*;
///
/// #[post]
/// async fn upload(mut form: Multipart) -> Result<String, Problem> {
///     let mut report = String::new();
///     while let Some(mut field) = form.next().await? {
///         let mut bytes = 0;
///         while let Some(chunk) = field.chunk().await? {
///             bytes += chunk.len();
///         }
///         report += &format!("{}: {} ({bytes} bytes)\n", field.name(), field.file_name().unwrap_or("no file"));
///     }
///     Ok(report)
/// }
/// ```
pub struct Multipart {
    parser: multer::Multipart<'static>,
    limit_bytes: usize,
}

impl FromRequest for Multipart {
    type Rejection = Problem;

    async fn from_request(parts: &mut Parts, body: BodyStream) -> Result<Self, Problem> {
        let declared = parts.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let boundary = declared.and_then(|declared| multer::parse_boundary(declared).ok());
        let boundary = boundary.ok_or_else(|| unsupported("multipart/form-data with a boundary"))?;
        let limit_bytes = body.limit();
        // The parser wants a stream that could change threads; a component has only the one.
        Ok(Self { parser: multer::Multipart::new(SendWrapper::new(body), boundary), limit_bytes })
    }
}

impl Multipart {
    /// The next field, or `None` after the last. 400 if the form is broken, or a field has no name.
    pub async fn next(&mut self) -> Result<Option<Field>, Problem> {
        let Some(field) = self.parser.next_field().await.map_err(refused)? else { return Ok(None) };
        // RFC 7578, section 4.2: each part has a name.
        let Some(name) = field.name().map(str::to_owned) else {
            return Err(Problem::bad_request("the form has a field without a name"));
        };
        Ok(Some(Field { field, name, limit_bytes: self.limit_bytes }))
    }
}

impl fmt::Debug for Multipart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Multipart")
    }
}

/// One field of a form, a file perhaps.
///
/// ```
/// use routelet_sdk::extract::Field;
/// use routelet_sdk::prelude::*;
///
/// /// The caption in the field, if it is one.
/// async fn caption(field: Field) -> Result<Option<String>, Problem> {
///     let is_caption = field.name() == "caption" && field.file_name().is_none();
///     if is_caption { Ok(Some(field.text().await?)) } else { Ok(None) }
/// }
/// ```
#[derive(Debug)]
pub struct Field {
    field: multer::Field<'static>,
    name: String,
    limit_bytes: usize,
}

impl Field {
    /// The name of the form's control.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name the file has at the client, if it is a file. Never use it as a path.
    pub fn file_name(&self) -> Option<&str> {
        self.field.file_name()
    }

    /// The content type the client claims.
    pub fn content_type(&self) -> Option<&str> {
        self.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok())
    }

    /// The header fields of the part.
    pub fn headers(&self) -> &HeaderMap {
        self.field.headers()
    }

    /// The next piece of the content, or `None` after the last.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Problem> {
        self.field.chunk().await.map_err(refused)
    }

    /// The whole content. 413 beyond the limit that holds for bodies.
    pub async fn bytes(mut self) -> Result<Bytes, Problem> {
        let mut whole = Vec::new();
        while let Some(piece) = self.field.next().await {
            let piece = piece.map_err(refused)?;
            if piece.len() > self.limit_bytes - whole.len() {
                return Err(body::too_large(self.limit_bytes));
            }
            whole.extend_from_slice(&piece);
        }
        Ok(whole.into())
    }

    /// The whole content as UTF-8. 413 beyond the limit that holds for bodies, 400 if it is not UTF-8.
    pub async fn text(self) -> Result<String, Problem> {
        text(self.bytes().await?)
    }
}

fn refused(error: multer::Error) -> Problem {
    match error {
        multer::Error::StreamReadFailed(cause) => match cause.downcast::<BodyError>() {
            Ok(error) => error.into_problem(),
            Err(_) => Problem::bad_request("the body broke off"),
        },
        multer::Error::LockFailure => Problem::new(StatusCode::INTERNAL_SERVER_ERROR),
        error => Problem::bad_request(format!("the form is broken: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    const FORM: &str = "--x\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nHello\r\n\
        --x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\n\
        one\r\ntwo\r\n--x--\r\n";

    fn form(content_type: &str, body: &'static str) -> Result<Multipart, Problem> {
        let request = http::Request::post("/").header(CONTENT_TYPE, content_type).body(()).unwrap();
        let mut parts = Parts::from(request.into_parts().0);
        now(Multipart::from_request(&mut parts, BodyStream::from(body).with_limit(8)))
    }

    fn now<T>(future: impl Future<Output = T>) -> T {
        future.now_or_never().expect("the body is there")
    }

    #[test]
    fn fields_come_in_order_with_name_and_content() {
        let mut form = form("multipart/form-data; boundary=x", FORM).unwrap();
        let title = now(form.next()).unwrap().unwrap();
        assert_eq!((title.name(), title.file_name()), ("title", None));
        assert_eq!(now(title.text()).unwrap(), "Hello");
        let file = now(form.next()).unwrap().unwrap();
        assert_eq!((file.file_name(), file.content_type()), (Some("a.txt"), Some("text/plain")));
        assert_eq!(now(file.bytes()).unwrap(), "one\r\ntwo");
        assert!(now(form.next()).unwrap().is_none());
    }

    #[test]
    fn a_field_beyond_the_limit_is_refused_only_where_it_is_collected() {
        const LONG: &str = "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n123456789\r\n--x--\r\n";
        let mut small = form("multipart/form-data; boundary=x", LONG).unwrap();
        assert_eq!(now(now(small.next()).unwrap().unwrap().bytes()).unwrap_err().status(), 413);
        let mut streamed = form("multipart/form-data; boundary=x", LONG).unwrap();
        let mut field = now(streamed.next()).unwrap().unwrap();
        assert_eq!(now(field.chunk()).unwrap().unwrap(), "123456789");
    }

    #[test]
    fn what_is_no_form_is_refused() {
        for (content_type, body, status) in [
            ("application/json", "{}", 415),
            ("multipart/form-data", FORM, 415),
            ("multipart/form-data; boundary=x", "", 400),
            ("multipart/form-data; boundary=y", FORM, 400),
            ("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data\r\n\r\na\r\n--x--\r\n", 400),
            ("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nbroken", 400),
        ] {
            let outcome = form(content_type, body).and_then(|mut form| {
                let field = now(form.next())?.expect("a field or a refusal");
                now(field.bytes())
            });
            assert_eq!(outcome.unwrap_err().status(), status, "{content_type} {body:?}");
        }
    }
}
