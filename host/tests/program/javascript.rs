//! Route files of Next.js, from source to an answer: one site, built once by this machine's Node.js.

use routelet_tests::binary::Serving;

use crate::languages::{Site, send};

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

#[tokio::test]
async fn a_route_file_of_nextjs_answers() {
    let site = Site::with(&[
        ("app/users/[id]/route.ts", USER),
        ("app/stream/route.js", STREAM),
        ("app/segment.toml", "[limits]\ncompile-time = \"10m\"\n[grants]\nenv = { GREETING = \"hi\" }\n"),
    ]);
    let server = site.serve().await;
    answers_by_params(&server).await;
    judges_bodies(&server).await;
    says_what_was_returned(&server).await;
    streams(&server).await;
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
    server.logged("DELETE returned a plain object; expected a Response").await;
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
