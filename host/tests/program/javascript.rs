//! Route files of Next.js, from source to an answer: one site, built once by this machine's Node.js.

use std::{fs, path::Path};

use routelet_tests::{
    binary::{Program, Serving},
    client::Raw,
};

use crate::PROGRAM;

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

async fn site(dir: &Path) -> Serving {
    fs::create_dir_all(dir.join("app/users/[id]")).expect("a fresh directory");
    fs::create_dir_all(dir.join("app/stream")).expect("a fresh directory");
    fs::write(dir.join("app/users/[id]/route.ts"), USER).expect("writable");
    fs::write(dir.join("app/stream/route.js"), STREAM).expect("writable");
    fs::write(
        dir.join("app/segment.toml"),
        "[limits]\ncompile-time = \"10m\"\n[grants]\nenv = { GREETING = \"hi\" }\n",
    )
    .expect("writable");
    let program = Program::at(PROGRAM);
    let built = program.run(["build".as_ref(), dir.as_os_str()]).await;
    assert_eq!(built.code, 0, "{}", built.stderr);
    program.serve(&dir.join("dist")).await
}

async fn ask(server: &Serving, head: &str, body: &str) -> String {
    let mut client = Raw::connect(server.address).await;
    let length = body.len();
    client
        .send(format!("{head}\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"))
        .await;
    client.to_close().await
}

#[tokio::test]
async fn a_route_file_of_nextjs_answers() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let server = site(dir.path()).await;
    answers_by_params(&server).await;
    judges_bodies(&server).await;
    says_what_was_returned(&server).await;
    streams(&server).await;
}

async fn answers_by_params(server: &Serving) {
    let user = ask(server, "GET /users/42?q=a+b HTTP/1.1\r\nuser-agent: tester", "").await;
    assert!(user.starts_with("HTTP/1.1 200 OK\r\n"), "{user}");
    assert!(user.contains("set-cookie: seen=42; Path=/; HttpOnly\r\n"), "{user}");
    assert!(user.ends_with(r#"{"id":"42","q":"a b","agent":"tester","greeting":"hi"}"#), "{user}");
    assert!(server.logged("after the answer to 42").await.contains("/users/[id]"));
    assert!(ask(server, "GET /users/0 HTTP/1.1", "").await.starts_with("HTTP/1.1 404 Not Found\r\n"));
    let redirect = ask(server, "GET /users/9 HTTP/1.1", "").await;
    assert!(redirect.starts_with("HTTP/1.1 307 ") && redirect.contains("location: /login\r\n"), "{redirect}");
    let refused = ask(server, "PUT /users/1 HTTP/1.1", "").await;
    assert!(refused.contains("allow: DELETE, GET, HEAD, OPTIONS, POST\r\n"), "{refused}");
}

async fn judges_bodies(server: &Serving) {
    const SIGNED: &str = "09a391c2a4d2d9cba8d3dbc0a0fc1c9c5d8c0bb1a8f4d0b1c1c1c1c1c1c1c1c1";
    let forged = ask(server, &format!("POST /users/1 HTTP/1.1\r\nx-signature: {SIGNED}"), r#"{"n":21}"#).await;
    assert!(forged.starts_with("HTTP/1.1 401 ") && forged.ends_with(r#"{"genuine":false,"twice":42}"#), "{forged}");
    let broken = ask(server, "POST /users/1 HTTP/1.1", "{").await;
    assert!(
        broken.starts_with("HTTP/1.1 500 ") && broken.ends_with("content-length: 0\r\n\r\n")
            || broken.contains("content-length: 0"),
        "{broken}"
    );
    server.logged("POST failed: SyntaxError").await;
}

async fn says_what_was_returned(server: &Serving) {
    let answer = ask(server, "DELETE /users/1 HTTP/1.1", "").await;
    assert!(answer.starts_with("HTTP/1.1 500 "), "{answer}");
    server.logged("DELETE returned a plain object; expected a Response").await;
}

async fn streams(server: &Serving) {
    let streamed = ask(server, "GET /stream HTTP/1.1", "").await;
    assert!(streamed.contains("transfer-encoding: chunked\r\n"), "{streamed}");
    assert!(
        streamed.find("one").is_some_and(|one| streamed.find("three").is_some_and(|three| one < three)),
        "{streamed}"
    );
    let form = "--X\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nhello\r\n--X--\r\n";
    let uploaded = ask(server, "POST /stream HTTP/1.1\r\ncontent-type: multipart/form-data; boundary=X", form).await;
    assert!(uploaded.ends_with("a.txt 5 hello"), "{uploaded}");
}
