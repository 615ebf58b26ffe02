//! Route files in Python, from source to an answer: one site, built once by this machine's Python.

use routelet_tests::binary::Serving;

use crate::languages::{Site, send};

const USER: &str = r#"
import asyncio
import os
from datetime import datetime

from lib.names import name_of
from routelet import Problem, Request, Response, after, delete, get, patch, post, put


@get
async def read(request: Request, id: int, q: str | None = None):
    if id == 0:
        raise Problem(404, "no such user")
    after(lambda: print(f"after the answer to {id}"))
    seen = request.cookies.get("seen", "nobody")
    told = {"id": id, "name": name_of(id), "q": q, "seen": seen, "greeting": os.environ.get("GREETING")}
    return Response.json(told).set_cookie("seen", str(id), http_only=True)


@post
async def create(request: Request):
    value = await request.json()
    return Response.json({"twice": value["n"] * 2}, 201)


@put
def replace():
    return None


@patch
async def fail(request: Request):
    return datetime.strptime(await request.text(), "%Y")


@delete
async def stream():
    for step in ("one", "two", "three"):
        yield f"{step}\n"
        await asyncio.sleep(0.005)
"#;

#[tokio::test]
async fn a_route_file_in_python_answers() {
    let site = Site::with(&[
        ("app/users/[id]/route.py", USER),
        ("lib/names.py", "def name_of(id):\n    return f'user {id}'\n"),
        ("app/segment.toml", "[limits]\ncompile-time = \"30m\"\n[grants]\nenv = { GREETING = \"hi\" }\n"),
    ]);
    let server = site.serve().await;
    answers_by_params(&server).await;
    judges_bodies(&server).await;
    says_what_was_returned(&server).await;
    streams(&server).await;
    answers_many_at_once(&server).await;
}

async fn answers_by_params(server: &Serving) {
    let user = send(server, "GET", "/users/42?q=a+b", &[("cookie", "seen=7")], "").await;
    assert_eq!((user.status, user.header("set-cookie")), (200, "seen=42; Path=/; HttpOnly"), "{user:?}");
    assert_eq!(user.text(), r#"{"id":42,"name":"user 42","q":"a b","seen":"7","greeting":"hi"}"#);
    assert!(server.logged("after the answer to 42").await.contains("/users/[id]"));
    let missing = send(server, "GET", "/users/0", &[], "").await;
    assert_eq!((missing.status, missing.header("content-type")), (404, "application/problem+json"), "{missing:?}");
    let wrong = send(server, "GET", "/users/x", &[], "").await;
    assert_eq!(wrong.status, 400, "{wrong:?}");
    assert!(wrong.text().contains("path: id: expected an int"), "{wrong:?}");
    let refused = send(server, "FOO", "/users/1", &[], "").await;
    let allowed = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT";
    assert_eq!((refused.status, refused.header("allow")), (405, allowed), "{refused:?}");
}

async fn judges_bodies(server: &Serving) {
    let created = send(server, "POST", "/users/1", &[], r#"{"n":21}"#).await;
    assert_eq!((created.status, created.text()), (201, r#"{"twice":42}"#));
    let broken = send(server, "POST", "/users/1", &[], "{").await;
    assert_eq!(broken.status, 400, "{broken:?}");
}

async fn says_what_was_returned(server: &Serving) {
    let nothing = send(server, "PUT", "/users/1", &[], "").await;
    assert_eq!((nothing.status, nothing.text()), (500, ""));
    server.logged("PUT returned None; expected a Response, str, bytes, dict, list or").await;
    let failed = send(server, "PATCH", "/users/1", &[], "soon").await;
    assert_eq!((failed.status, failed.text()), (500, ""));
    server.logged(r#"File \"app/users/[id]/route.py\", line "#).await;
    server.logged("ValueError: time data 'soon' does not match format '%Y'").await;
}

async fn streams(server: &Serving) {
    let streamed = send(server, "DELETE", "/users/1", &[], "").await;
    assert_eq!((streamed.status, streamed.text()), (200, "one\ntwo\nthree\n"), "{streamed:?}");
}

/// An instance of Python has eleven memories; as many as a route may have at once find room.
async fn answers_many_at_once(server: &Serving) {
    let asked =
        (0..64).map(|id| async move { send(server, "POST", "/users/1", &[], &format!("{{\"n\":{id}}}")).await });
    for (id, answer) in futures_util::future::join_all(asked).await.into_iter().enumerate() {
        assert_eq!((answer.status, answer.text()), (201, format!("{{\"twice\":{}}}", id * 2).as_str()), "{answer:?}");
    }
}
