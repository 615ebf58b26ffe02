//! This machine's Node.js and what it fetches, from route files to components. One test, because the
//! packages are fetched once for it.

use std::{
    io::{self, Write as _},
    process::Command,
};

use routelet_build::{Environment, NewRoute, Report, new_route, typegen};

use crate::site::{Site, example_of, faults, outcomes};

const HELLO: &str = "export const dynamic = 'force-dynamic';
export async function GET(request: Request) { return new Response('Hello, World!') }
";

/// A file that cannot become a route, and how each of its faults begins.
const WRONG: [(&str, &str, &str); 9] = [
    (
        "app/syntax/route.ts",
        "export function GET( {\n",
        "app/syntax/route.ts:2: Expected identifier but found end of file",
    ),
    ("app/text/route.ts", "export const GET = 'hi'\n", "app/text/route.ts:1: GET is no function; expected"),
    (
        "app/default/route.js",
        "export default () => 1\n",
        "app/default/route.js:1: exports nothing that answers: the default",
    ),
    ("app/lower/route.js", "export function get() {}\n", "app/lower/route.js:1: exports nothing that answers: `get`"),
    (
        "app/dynamic/route.ts",
        "export function GET() {}\nexport const dynamic = 'maybe'\n",
        "app/dynamic/route.ts:2: dynamic is \"maybe\"; expected \"auto\"",
    ),
    (
        "app/addon/route.js",
        "import addon from './addon.node'\nexport function GET() { return addon }\n",
        "app/addon/route.js:1: \"./addon.node\" in app/addon/route.js is native code, which no component can hold",
    ),
    (
        "app/files/route.js",
        "import fs from 'node:fs'\nexport function GET() { return fs }\n",
        "app/files/route.js:1: \"node:fs\" is not offered to a route; expected one of next/cache,",
    ),
    (
        "app/hook/route.js",
        "import { useRouter } from 'next/navigation'\nexport function GET() { return useRouter() }\n",
        "app/hook/route.js:1: No matching export in \"routelet:next/navigation\" for import \"useRouter\"",
    ),
    (
        "app/throws/route.js",
        "throw new Error('boom')\nexport function GET() {}\n",
        "app/throws/route.js:1: evaluating the file failed",
    ),
];

#[test]
fn route_files_become_components_each_by_itself() {
    let site = Site::with(&[("app/route.ts", HELLO), ("app/_lib/name.ts", "export const name = 'a'\n")]);
    site.write(
        "app/named/route.js",
        "import { name } from '../_lib/name'\nexport const GET = () => new Response(name)\n",
    );
    site.write("app/users/[id]/route.ts", &example_of("README.md", "ts"));
    for (file, text, _) in WRONG {
        site.write(file, text);
    }
    let environment = Environment::of_process();
    let first = site.build_with(&environment);
    if let Some(skipped) = first.skipped.iter().find(|skipped| is_for_want_of_node(&skipped.reason)) {
        // Past the test runner's capture, so that nobody takes it for a test.
        let _ = writeln!(io::stderr(), "skipped the tests of {skipped}");
        return;
    }
    let mut expected: Vec<_> = WRONG.iter().map(|(_, _, start)| (*start).to_owned()).collect();
    expected.sort();
    let said = faults(&first);
    assert_eq!(said.len(), expected.len(), "{said:#?}");
    for (said, start) in said.iter().zip(&expected) {
        assert!(said.starts_with(start), "expected {start}\nfound    {said}");
    }
    assert_eq!(
        good(&first),
        ["named/route.js", "route.ts", "users/[id]/route.ts"].map(|file| format!("app/{file}: built"))
    );
    site.remove("app/users");

    for (file, _, _) in WRONG {
        site.remove(file);
    }
    let again = site.build_with(&environment);
    assert_eq!(good(&again), ["app/named/route.js: unchanged", "app/route.ts: unchanged"]);
    assert!(again.elapsed_in_tools.as_secs() < 5, "nothing was built: {:?}", again.elapsed_in_tools);

    site.write("app/_lib/name.ts", "export const name = 'b'\n");
    let shared = site.build_with(&environment);
    assert_eq!(good(&shared), ["app/named/route.js: built", "app/route.ts: unchanged"]);
    the_types_of_routes_are_those_of_their_directories(&site);
}

/// Node.js is there, or a machine has reason to do without; whatever else is missing is a failure.
fn is_for_want_of_node(reason: &str) -> bool {
    reason.starts_with("node is ") || reason.starts_with("npm is not installed")
}

/// The start of a handler of `app/typed/[id]/[[...rest]]`, and what the compiler says of it.
const MISTYPED: [(&str, &str); 5] = [
    (
        "export async function GET(request: Request, { params }: RouteContext<'/typed/[name]'>) { return new Response() }",
        "Type '\"/typed/[name]\"' does not satisfy the constraint",
    ),
    (
        "export async function GET(request: Request, { params }: RouteContext<'/typed/[id]/[[...rest]]'>) {
  return new Response((await params).rest.join())
}",
        "possibly 'undefined'",
    ),
    (
        "export async function GET(request: Request, { params }: RouteContext<'/typed/[id]/[[...rest]]'>) {
  return new Response((await params).name)
}",
        "Property 'name' does not exist on type '{ id: string; rest?: string[]",
    ),
    ("export const POST = () => ({ not: 'a response' })", "validator.ts"),
    (
        "export async function PUT(request: Request, { params }: { params: Promise<{ rest: string[] }> }) {}",
        "does not satisfy the constraint 'Handlers<\"/typed/[id]/[[...rest]]\">'",
    ),
];

/// TypeScript has come with what routes are built with.
fn the_types_of_routes_are_those_of_their_directories(site: &Site) {
    let check = || {
        let compiler = ".routelet/node_modules/typescript/bin/tsc";
        let output = Command::new("node").args([compiler, "-p", "."]).current_dir(site.path()).output().unwrap();
        (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"].map(str::to_owned).to_vec();
    for pattern in ["/typed/[id]/[[...rest]]", "/(group)/typed-too/[a-b]/[...rest]"] {
        let route = NewRoute { pattern: pattern.to_owned(), language: Some("ts".to_owned()), methods: methods.clone() };
        new_route(site.path(), &route).unwrap();
    }
    site.write(
        "app/user/[id]/route.ts",
        include_str!("../../templates/user.ts").replace("/api/users", "/user").as_str(),
    );
    site.write("app/next/route.ts", NEXT);
    typegen(site.path()).unwrap();
    let (passes, said) = check();
    assert!(passes, "{said}");
    for (text, expected) in MISTYPED {
        site.write("app/typed/[id]/[[...rest]]/route.ts", text);
        let (passes, said) = check();
        assert!(!passes && said.contains(expected), "{text}\n{said}");
    }
}

/// What handlers do with `next/*` and Node.js, without either being installed.
const NEXT: &str = r#"
import { NextResponse, after, userAgent, type NextRequest } from "next/server";
import { cookies, headers } from "next/headers";
import { redirect } from "next/navigation";
import { revalidatePath } from "next/cache";
import { createHmac, timingSafeEqual } from "node:crypto";

export const dynamic = "force-static";

export async function GET(request: NextRequest) {
  if (request.nextUrl.searchParams.get("q") === process.env.SECRET) redirect("/login");
  (await cookies()).set("seen", "1", { httpOnly: true, sameSite: "lax" });
  for (const [name, { value }] of await cookies()) console.log(name, value);
  after(() => console.log(userAgent(request).browser.name));
  const answer = NextResponse.json({ agent: (await headers()).get("user-agent") });
  answer.cookies.set({ name: "a", value: "b", maxAge: 3 });
  return answer;
}

export async function POST(request: Request) {
  const mac = createHmac("sha256", "key").update(await request.text()).digest();
  const given = Buffer.from(request.headers.get("x-signature") ?? "", "hex");
  revalidatePath("/");
  return Response.json({ genuine: given.length === mac.length && timingSafeEqual(given, mac) });
}
"#;

fn good(report: &Report) -> Vec<String> {
    let lines = outcomes(report).into_iter();
    lines.filter(|line| !line.ends_with(": failed")).collect()
}
