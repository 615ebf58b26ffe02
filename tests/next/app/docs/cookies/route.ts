import { cookies } from "next/headers";
import type { NextRequest } from "next/server";

export async function GET(request: NextRequest) {
  const jar = await cookies();
  const token = jar.get("token");
  return Response.json({ token: token?.value ?? null, same: request.cookies.get("token")?.value === token?.value });
}

export async function POST() {
  const jar = await cookies();
  jar.set("token", "abc 123", { httpOnly: true, secure: true, sameSite: "lax" });
  return new Response("Hello, Next.js!", { status: 200 });
}

export async function DELETE() {
  (await cookies()).delete("token");
  return new Response(null, { status: 204 });
}

export async function PUT(request: NextRequest) {
  const token = request.cookies.get("token")?.value ?? "new";
  return new Response("set by hand", { headers: { "Set-Cookie": `token=${token}` } });
}
