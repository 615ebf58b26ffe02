//! Route files of Next.js, from source to an answer: one site, built by this machine's Node.js; and beside them a
//! component that componentize-js makes without our SDK.

mod native;

use std::{ffi::OsString, fs, path::Path};

use routelet_tests::binary::{Program, Serving};
use serde_json::{Value, json};

use crate::{
    PROGRAM,
    languages::{Site, has_node, send},
};

const USER: &str = r#"
import { NextResponse, after, type NextRequest } from "next/server";
import { cookies, headers } from "next/headers";
import { redirect, notFound } from "next/navigation";
import { createHmac, timingSafeEqual } from "node:crypto";

const greeting = process.env.GREETING;

export async function GET(request: NextRequest, { params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  if (id === "0") notFound();
  if (id === "9") redirect("/login");
  (await cookies()).set("seen", id, { httpOnly: true });
  after(() => console.log("after the answer to " + id));
  const agent = (await headers()).get("user-agent");
  return NextResponse.json({ id, q: request.nextUrl.searchParams.get("q"), agent, greeting });
}

export async function POST(request: Request) {
  const text = await request.text();
  const mac = createHmac("sha256", "key").update(text).digest();
  const given = Buffer.from(request.headers.get("x-signature") ?? "", "hex");
  const genuine = given.length === mac.length && timingSafeEqual(given, mac);
  return Response.json({ genuine, twice: JSON.parse(text).n * 2 }, { status: genuine ? 201 : 401 });
}

export async function DELETE() {
  return { deleted: true } as unknown as Response;
}
"#;

const STREAM: &str = r#"
export async function GET() {
  const steps = ["one\n", "two\n", "three\n"];
  const body = new ReadableStream({
    async pull(to) {
      const step = steps.shift();
      if (step === undefined) return to.close();
      to.enqueue(step);
      await new Promise((resolve) => setTimeout(resolve, 5));
    },
  });
  return new Response(body, { headers: { "content-type": "text/plain" } });
}

export async function POST(request) {
  const form = await request.formData();
  const file = form.get("file");
  return new Response(`${file.name} ${file.size} ${await file.text()}`);
}
"#;

/// Every option of a route file, what a handler may ask of a cache, and a line that throws below types that are gone
/// when it runs.
const OPTIONS: &str = r#"
import { revalidateTag } from "next/cache";

interface Order {
  id: number;
}

function total(order: Order | null): number {
  return order!.id;
}

export const dynamic = "force-static";
export const dynamicParams = false;
export const revalidate = 60;
export const fetchCache = "force-cache";
export const runtime = "edge";
export const preferredRegion = ["fra1", "iad1"];
export const maxDuration = 30;

export async function GET(request: Request) {
  const { signal } = request;
  return Response.json([signal instanceof AbortSignal, signal.aborted, signal === request.signal]);
}

export async function POST() {
  revalidateTag("users", "max");
  return new Response(null, { status: 204 });
}

export async function PUT(): Promise<Response> {
  return Response.json(total(null));
}
"#;

#[tokio::test]
async fn a_route_file_of_nextjs_answers() {
    if !has_node("route files of Next.js") {
        return;
    }
    let site = Site::with(&[
        ("app/users/[id]/route.ts", USER),
        ("app/stream/route.js", STREAM),
        ("app/options/route.ts", OPTIONS),
        ("app/segment.toml", "[limits]\ncompile-time = \"10m\"\n[grants]\nenv = { GREETING = \"hi\" }\n"),
    ]);
    warns_of_what_is_not_done(&site.build().await);
    records_its_options(&site).await;
    the_engine_is_compiled_once(&site.path().join("dist")).await;
    native::put_into(&site).await;
    let server = site.serve().await;
    answers_by_params(&server).await;
    judges_bodies(&server).await;
    says_what_was_returned(&server).await;
    says_what_was_thrown(&server).await;
    says_what_was_asked_of_no_cache(&server).await;
    streams(&server).await;
    native::answers(&server).await;
}

fn warns_of_what_is_not_done(said: &str) {
    let warned = |export: &str, text: &str| {
        let place = format!("app/options/route.ts:{}", line_of(OPTIONS, export));
        let (text, place) = (said.find(text), said.find(&place));
        assert!(text.is_some() && place.is_some(), "{export}: {said}");
    };
    warned("const dynamic =", "dynamic = \"force-static\" is recorded and not acted on");
    warned("const revalidate", "revalidate = 60 is recorded and not acted on");
    warned("import { revalidateTag }", "`revalidateTag` has nothing to do yet");
}

/// Scripts read what was recorded; a route that records it is stamped without losing it.
async fn records_its_options(site: &Site) {
    let component = site.path().join("dist/app/options/route.wasm");
    let mut recorded = json!({
        "version": 1, "methods": ["GET", "POST", "PUT"], "dynamic": "force-static", "dynamicParams": false, "revalidate": 60,
        "fetchCache": "force-cache", "runtime": "edge", "preferredRegion": ["fra1", "iad1"], "maxDuration": 30,
    });
    assert_eq!(inspected(component.as_os_str()).await["section"], recorded);
    let stamped = site.path().join("stamped.wasm");
    let output = format!("--output={}", stamped.display());
    let words = ["stamp".as_ref(), component.as_os_str(), "--methods=GET".as_ref(), output.as_ref()];
    assert_eq!(Program::at(PROGRAM).run(words).await.code, 0);
    recorded["methods"] = json!(["GET"]);
    assert_eq!(inspected(stamped.as_os_str()).await["section"], recorded);
}

async fn inspected(component: &std::ffi::OsStr) -> Value {
    let shown = Program::at(PROGRAM).run(["inspect".as_ref(), "--json".as_ref(), component]).await;
    serde_json::from_str(&shown.stdout).expect("it is JSON")
}

/// The number of the line with this text.
fn line_of(source: &str, text: &str) -> usize {
    source.lines().position(|line| line.contains(text)).expect("it is there") + 1
}

/// Serves one route, then all: the code of the engine is known by then, and what another route adds is so
/// little that it is not worth keeping.
async fn the_engine_is_compiled_once(dist: &Path) {
    let (alone, cache) = (tempfile::tempdir().expect("a directory"), tempfile::tempdir().expect("a directory"));
    let route = Path::new("app/stream/route.wasm");
    fs::create_dir_all(alone.path().join("app/stream")).expect("writable");
    fs::copy(dist.join(route), alone.path().join(route)).expect("it was built");
    fs::copy(dist.join("app/segment.toml"), alone.path().join("app/segment.toml")).expect("it was built");
    drop(serve_with(cache.path(), alone.path()).await);
    let of_one = functions_in(cache.path());
    drop(serve_with(cache.path(), dist).await);
    let of_all = functions_in(cache.path());
    assert_eq!(of_one.len(), 1, "one engine, one body of functions: {of_one:?}");
    assert!(of_one[0].1 > 1_000_000, "{of_one:?}");
    assert_eq!(of_one, of_all, "more than an eighth of the functions were compiled again");
}

async fn serve_with(cache: &Path, dir: &Path) -> Serving {
    let words = ["serve".as_ref(), dir.as_os_str(), "--listen=127.0.0.1:0".as_ref(), "--cache-dir".as_ref()];
    Program::at(PROGRAM).start([&words[..], &[cache.as_os_str()]].concat()).await
}

/// The bodies of functions that a cache holds, and how large each is.
fn functions_in(cache: &Path) -> Vec<(OsString, u64)> {
    let entries = fs::read_dir(cache).expect("a directory").map(|entry| entry.expect("readable"));
    let bodies = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with("functions-"));
    bodies.map(|entry| (entry.file_name(), entry.metadata().expect("readable").len())).collect()
}

async fn answers_by_params(server: &Serving) {
    let user = send(server, "GET", "/users/42?q=a+b", &[("user-agent", "tester")], "").await;
    assert_eq!((user.status, user.header("set-cookie")), (200, "seen=42; Path=/; HttpOnly"), "{user:?}");
    assert_eq!(user.text(), r#"{"id":"42","q":"a b","agent":"tester","greeting":"hi"}"#);
    assert!(server.logged("after the answer to 42").await.contains("/users/[id]"));
    assert_eq!(send(server, "GET", "/users/0", &[], "").await.status, 404);
    let redirect = send(server, "GET", "/users/9", &[], "").await;
    assert_eq!((redirect.status, redirect.header("location")), (307, "/login"), "{redirect:?}");
    let refused = send(server, "PUT", "/users/1", &[], "").await;
    assert_eq!((refused.status, refused.header("allow")), (405, "DELETE, GET, HEAD, OPTIONS, POST"), "{refused:?}");
}

async fn judges_bodies(server: &Serving) {
    const SIGNED: &str = "09a391c2a4d2d9cba8d3dbc0a0fc1c9c5d8c0bb1a8f4d0b1c1c1c1c1c1c1c1c1";
    let forged = send(server, "POST", "/users/1", &[("x-signature", SIGNED)], r#"{"n":21}"#).await;
    assert_eq!((forged.status, forged.text()), (401, r#"{"genuine":false,"twice":42}"#));
    let broken = send(server, "POST", "/users/1", &[], "{").await;
    assert_eq!((broken.status, broken.text()), (500, ""));
    server.logged("POST failed: SyntaxError").await;
}

async fn says_what_was_returned(server: &Serving) {
    assert_eq!(send(server, "DELETE", "/users/1", &[], "").await.status, 500);
    let line = line_of(USER, "function DELETE");
    let told = "DELETE returned a plain object; expected a Response, or a promise of one";
    server.logged(&format!("{told} (at app/users/[id]/route.ts:{line})")).await;
}

async fn says_what_was_thrown(server: &Serving) {
    let failed = send(server, "PUT", "/options", &[], "").await;
    assert_eq!((failed.status, failed.text()), (500, ""));
    server.logged("PUT failed: TypeError").await;
    server.logged(&format!("app/options/route.ts:{}:", line_of(OPTIONS, "order!.id"))).await;
}

async fn says_what_was_asked_of_no_cache(server: &Serving) {
    assert_eq!(send(server, "GET", "/options", &[], "").await.text(), "[true,false,true]", "the signal of a request");
    assert_eq!(send(server, "POST", "/options", &[], "").await.status, 204);
    server.logged("`revalidateTag` has nothing to do yet: no answer is kept that could be stale").await;
}

async fn streams(server: &Serving) {
    let streamed = send(server, "GET", "/stream", &[], "").await;
    assert_eq!(streamed.header("transfer-encoding"), "chunked");
    let (one, three) = (streamed.text().find("one"), streamed.text().find("three"));
    assert!(one.is_some() && one < three, "{streamed:?}");
    let form = "--X\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nhello\r\n--X--\r\n";
    let uploaded = send(server, "POST", "/stream", &[("content-type", "multipart/form-data; boundary=X")], form).await;
    assert_eq!(uploaded.text(), "a.txt 5 hello");
}
