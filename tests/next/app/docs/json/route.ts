import { NextResponse } from "next/server";

export async function GET() {
  return Response.json({ message: "hello", tags: ["a", "ü", "\u2028"], nested: { none: null, yes: true, number: 1.5 } });
}

export async function POST(request: Request) {
  let todo: { title?: unknown };
  try {
    todo = await request.json();
  } catch {
    return NextResponse.json({ error: "the body is no JSON" }, { status: 400 });
  }
  if (typeof todo?.title !== "string" || todo.title === "") {
    return NextResponse.json({ error: "a todo has a title" }, { status: 422 });
  }
  return NextResponse.json({ id: 1, title: todo.title, done: false }, { status: 201, headers: { Location: "/docs/json/1" } });
}
