// GET and POST /languages/typescript/[name]: a param, the query and a form, as in the directories beside it.
import type { NextRequest } from "next/server";

type Context = RouteContext<"/languages/typescript/[name]">;

export async function GET({ nextUrl }: NextRequest, { params }: Context) {
  const { name } = await params;
  const greeting = nextUrl.searchParams.get("greeting") ?? "Hello";
  return new Response(`${greeting}, ${name}, from TypeScript!\n`);
}

export async function POST(request: NextRequest, { params }: Context) {
  const { name } = await params;
  const form = await request.formData().catch(() => null);
  const text = form?.get("text");
  if (typeof text !== "string") return new Response("expected a form with a field `text`\n", { status: 400 });
  return new Response(`${name} said ${text}\n`, { status: 201 });
}
