import { cookies } from "next/headers";
import type { NextRequest } from "next/server";

export async function GET(request: NextRequest) {
  const before = request.cookies.getAll().map(({ name, value }) => `${name}=${value}`);
  request.cookies.set("added", "1");
  request.cookies.delete("a");
  const after = request.cookies.getAll().map(({ name }) => name);
  return Response.json({ before, after, size: request.cookies.size, has: request.cookies.has("added"), header: request.headers.get("cookie") });
}

export async function POST(request: NextRequest) {
  const jar = await cookies();
  jar.set("written", "1");
  return Response.json({ jar: jar.has("written"), request: request.cookies.has("written"), text: request.cookies.toString() });
}
