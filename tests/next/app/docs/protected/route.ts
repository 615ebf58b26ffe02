import { NextResponse } from "next/server";

function isGenuine(request: Request): boolean {
  const [scheme, token] = (request.headers.get("authorization") ?? "").split(" ");
  return scheme?.toLowerCase() === "bearer" && token === process.env.API_TOKEN;
}

export async function GET(request: Request) {
  if (!isGenuine(request)) {
    return NextResponse.json({ error: "unauthorized" }, { status: 401, headers: { "WWW-Authenticate": 'Bearer realm="docs"' } });
  }
  return NextResponse.json({ secret: 42 });
}
