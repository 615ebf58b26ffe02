import { NextResponse } from "next/server";

export async function GET() {
  const response = NextResponse.json({ ok: true });
  response.cookies.set("one", "1", { httpOnly: true }).set({ name: "two", value: "x y", maxAge: 0 });
  response.cookies.delete("three");
  response.headers.set("x-one", response.cookies.get("one")?.value ?? "");
  response.headers.set("x-all", response.cookies.getAll().map(({ name }) => name).join(" "));
  return response;
}

export async function POST() {
  const response = new NextResponse("text", { headers: { "set-cookie": "own=1; Path=/x" } });
  response.cookies.set("more", "2");
  return response;
}

export async function PUT(request: Request) {
  const response = NextResponse.redirect(new URL("/docs/hello", request.url));
  response.cookies.set("redirected", "1");
  return response;
}
