//! Requests made by hand beside the answers they get, through the functions that the attributes call.

use std::collections::HashMap;
use std::convert::Infallible;

use bytes::Bytes;
use futures_util::{FutureExt, stream};
use http::header::{CONTENT_TYPE, LOCATION};
use serde::Deserialize;

use super::*;
use crate::Cookies;
use crate::extract::{Form, Json, Path, Query, Rejection, Request};
use crate::respond::{Html, NotFound, Redirect, Sse, StreamBody};

type Given = http::Request<&'static str>;

fn get(target: &str) -> Given {
    http::Request::get(target).body("").unwrap()
}

fn post(content_type: &str, body: &'static str) -> Given {
    http::Request::post("/").header(CONTENT_TYPE, content_type).body(body).unwrap()
}

/// The status, header fields and text that `handler` answers with.
fn ask<F>(request: Given, handler: F) -> (u16, HeaderMap, String)
where
    F: AsyncFnOnce(&mut Parts, BodyStream) -> Result<Response, Response>,
{
    let (head, body) = request.into_parts();
    let mut parts = Parts::from(head).with_params([("id", "42"), ("slug", "a b")]);
    let response = answer(&mut parts, BodyStream::from(body), handler).now_or_never().expect("nothing waits");
    let (head, body) = response.into_parts();
    let bytes = body.bytes().now_or_never().expect("nothing waits").expect("the body is whole");
    (head.status.as_u16(), head.headers, String::from_utf8(bytes.into()).unwrap())
}

/// The status and text of a handler that takes `T` and answers with `show` of it.
fn taking<T, Via>(request: Given, show: fn(T) -> String) -> (u16, String)
where
    T: FromRequest<Via>,
{
    let (status, _, text) = ask(request, async |parts, body| Ok(respond(show(last::<T, Via>(parts, body).await?))));
    (status, text)
}

fn returning<T: IntoResponse>(value: T) -> (u16, HeaderMap, String) {
    ask(get("/"), async |_, _| Ok(respond(value)))
}

#[derive(Debug, Deserialize)]
struct User {
    name: String,
    age: Option<u8>,
}

#[test]
fn a_json_body_is_read_or_refused() {
    for (content_type, body, status, expected) in [
        ("application/json", r#"{"name":"ada"}"#, 200, "ada None"),
        ("application/json; charset=utf-8", r#"{"name":"ada","age":36}"#, 200, "ada Some(36)"),
        ("Application/LD+JSON", r#"{"name":"ada"}"#, 200, "ada None"),
        ("application/json", "\u{FEFF}{\"name\":\"ada\"}", 200, "ada None"),
        ("application/json", "", 400, "EOF while parsing a value at line 1 column 0"),
        ("application/json", "{", 400, "EOF while parsing an object at line 1 column 1"),
        ("application/json", r#"{"age":1}"#, 400, "missing field `name` at line 1 column 9"),
        ("application/json", r#"{"name":1}"#, 400, "invalid type: integer `1`, expected a string"),
        ("text/plain", r#"{"name":"ada"}"#, 415, "expected a body of content type application/json"),
        ("application/jsonp", "{}", 415, "expected a body"),
        ("", "{}", 415, "expected a body"),
    ] {
        let answer =
            taking::<Json<User>, _>(post(content_type, body), |Json(user)| format!("{} {:?}", user.name, user.age));
        assert_eq!(answer.0, status, "{content_type:?} {body:?}");
        assert!(answer.1.contains(expected), "{content_type:?} {body:?}: {}", answer.1);
    }
}

#[test]
fn a_form_is_read_or_refused() {
    const FORM: &str = "application/x-www-form-urlencoded";
    for (content_type, body, status, expected) in [
        (FORM, "name=ada+l&age=36", 200, "ada l Some(36)"),
        (FORM, "name=%C3%A9", 200, "é None"),
        (FORM, "age=36", 400, "form: missing field `name`"),
        (FORM, "name=a&age=old", 400, r#"form: age: found \"old\", expected an integer from 0 to 255"#),
        ("application/json", "name=ada", 415, "expected a body of content type application/x-www-form-urlencoded"),
    ] {
        let answer =
            taking::<Form<User>, _>(post(content_type, body), |Form(user)| format!("{} {:?}", user.name, user.age));
        assert_eq!(answer.0, status, "{content_type:?} {body:?}");
        assert!(answer.1.contains(expected), "{content_type:?} {body:?}: {}", answer.1);
    }
}

#[test]
fn a_body_beyond_the_limit_is_413() {
    let long = || post("text/plain", "123456789");
    let limited = |limit_bytes| {
        ask(long(), async move |parts, body| Ok(respond(last::<String, _>(parts, body.with_limit(limit_bytes)).await?)))
    };
    assert_eq!(limited(9).0, 200);
    assert_eq!(limited(8).0, 413);
    assert!(limited(8).2.contains("the body is larger than 8 bytes"));
}

#[test]
fn path_and_query_are_read_or_refused() {
    type Map = HashMap<String, String>;
    assert_eq!(
        taking::<Path<(u64, String)>, _>(get("/"), |Path(value)| format!("{value:?}")),
        (200, "(42, \"a b\")".to_owned())
    );
    let (status, text) = taking::<Path<(u64, u64)>, _>(get("/"), |_| String::new());
    assert_eq!(status, 400);
    assert!(text.contains(r#""detail":"path: slug: found \"a b\", expected an integer"#), "{text}");
    assert!(text.ends_with(r#""name":"slug"}"#), "{text}");
    assert_eq!(taking::<Query<Map>, _>(get("/?q=a%26b"), |Query(map)| map["q"].clone()), (200, "a&b".to_owned()));
    assert_eq!(taking::<Query<User>, _>(get("/?age=1"), |_| String::new()).0, 400);
}

#[test]
fn a_refusal_can_be_taken_as_a_value() {
    let outcome = |result: Result<Json<User>, Rejection>| result.expect_err("refused").status().to_string();
    assert_eq!(
        taking::<Result<Json<User>, Rejection>, _>(post("text/plain", ""), outcome).1,
        "415 Unsupported Media Type"
    );
    assert_eq!(taking::<Option<Query<User>>, _>(get("/"), |query| query.is_none().to_string()).1, "true");
    assert_eq!(taking::<Option<Json<User>>, _>(post("a/b", ""), |json| json.is_none().to_string()).1, "true");
}

#[test]
fn pieces_of_the_request_are_taken_as_they_are() {
    let whole =
        |request: Request| format!("{} {} {:?}", request.method(), request.uri(), request.headers()[CONTENT_TYPE]);
    assert_eq!(taking::<Request, _>(post("a/b", "x"), whole).1, "POST / \"a/b\"");
    assert_eq!(taking::<Bytes, _>(post("a/b", "x"), |bytes| format!("{bytes:?}")).1, "b\"x\"");
    assert_eq!(taking::<http::Uri, _>(get("/a?b"), |uri| uri.to_string()).1, "/a?b");
    assert_eq!(taking::<http::Method, _>(get("/"), |method| method.to_string()).1, "GET");
}

#[test]
fn cookies_go_out_with_any_answer() {
    let (status, headers, _) = ask(get("/"), async |parts, _| {
        let cookies: Cookies = part(parts).await?;
        cookies.set(("seen", "1"));
        Ok(respond(NotFound))
    });
    assert_eq!((status, &headers[http::header::SET_COOKIE]), (404, &HeaderValue::from_static("seen=1; Path=/")));
    let (status, _, text) = ask(get("/"), async |parts, _| {
        parts.cookies().set(("a;b", "1"));
        Ok(respond("fine"))
    });
    assert_eq!(status, 500, "a forbidden cookie is not left out in silence");
    assert!(!text.contains("fine"));
}

#[test]
fn each_kind_of_answer_has_its_status_type_and_text() {
    let plain = Some("text/plain; charset=utf-8");
    let problem = Some("application/problem+json");
    for ((status, headers, text), expected) in [
        (returning(()), (200, None, "")),
        (returning("hi"), (200, plain, "hi")),
        (returning("hi".to_owned()), (200, plain, "hi")),
        (returning(Bytes::from("hi")), (200, Some("application/octet-stream"), "hi")),
        (returning(Html("<p>")), (200, Some("text/html; charset=utf-8"), "<p>")),
        (returning(Json([1])), (200, Some("application/json"), "[1]")),
        (
            returning(Json(HashMap::from([((), 1)]))),
            (500, problem, "{\"title\":\"Internal Server Error\",\"status\":500}"),
        ),
        (returning(NotFound), (404, problem, "{\"title\":\"Not Found\",\"status\":404}")),
        (returning(None::<&str>), (404, problem, "{\"title\":\"Not Found\",\"status\":404}")),
        (returning(Err::<&str, _>(StatusCode::CONFLICT)), (409, None, "")),
        (returning(StatusCode::NO_CONTENT), (204, None, "")),
        (returning((StatusCode::CREATED, "made")), (201, plain, "made")),
        (returning(([("content-type", "text/css")], "a{}")), (200, Some("text/css"), "a{}")),
        (returning((StatusCode::ACCEPTED, [(CONTENT_TYPE, "a/b")], "x")), (202, Some("a/b"), "x")),
        (returning(([("a b", "c")], "x")), (500, problem, "{\"title\":\"Internal Server Error\",\"status\":500}")),
        (returning(Redirect::to("/a\nb")), (500, problem, "{\"title\":\"Internal Server Error\",\"status\":500}")),
    ] {
        let content_type = headers.get(CONTENT_TYPE).map(|value| value.to_str().unwrap());
        assert_eq!((status, content_type, text.as_str()), expected);
    }
}

#[test]
fn a_redirect_has_its_location_as_given() {
    for (redirect, status) in
        [(Redirect::to("/a"), 303), (Redirect::temporary("/a"), 307), (Redirect::permanent("/a"), 308)]
    {
        let (found, headers, text) = returning(redirect);
        assert_eq!((found, headers[LOCATION].to_str().unwrap(), text.as_str()), (status, "/a", ""));
    }
}

#[test]
fn header_fields_of_one_head_are_all_kept() {
    let (_, headers, _) = returning(([("link", "a"), ("link", "b")], "x"));
    assert_eq!(headers.get_all("link").iter().collect::<Vec<_>>(), ["a", "b"]);
}

#[test]
fn streams_are_sent_piece_by_piece() {
    let written = StreamBody::new(async |mut out| {
        out.write("one ").await?;
        out.write("two").await
    });
    assert_eq!(returning(written).2, "one two");
    let yielded = StreamBody::from_stream(stream::iter(["a", "b"].map(Ok::<_, Infallible>)));
    assert_eq!(returning(yielded).2, "ab");
    let events = Sse::new(async |mut events| events.send(crate::respond::Event::new("x")).await);
    let (_, headers, text) = returning(events);
    assert_eq!((headers[CONTENT_TYPE].to_str().unwrap(), text.as_str()), ("text/event-stream", "data: x\n\n"));
}

#[test]
fn a_stream_that_fails_never_looks_whole() {
    let body = Body::from_stream(stream::iter([Ok("one"), Err("out of paper")]));
    let outcome = body.bytes().now_or_never().unwrap();
    assert_eq!(outcome.unwrap_err().to_string(), "out of paper");
}

/// The attributes write names of their own around the handler; none of them may catch one of the user's.
mod named_like_the_expansion {
    use crate::prelude::*;

    #[derive(serde::Deserialize)]
    struct Exported {
        request: String,
    }

    #[get]
    async fn body(Path(parts): Path<Exported>) -> String {
        parts.request
    }

    #[put]
    fn parts(headers: HeaderMap, argument_0: String) -> String {
        format!("{} {argument_0}", headers.len())
    }

    #[post]
    async fn serve() {}

    #[delete]
    async fn argument_0(Path(request): Path<String>, Query(response_out): Query<Vec<(String, String)>>) -> String {
        format!("{request} {response_out:?}")
    }
}
