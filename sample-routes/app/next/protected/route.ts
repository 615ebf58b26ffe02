// 401 without the token, which segment.toml grants to this directory alone.
import { createHash, timingSafeEqual } from "node:crypto";
import { NextResponse } from "next/server";

// Digests have one length, and comparing them takes as long for a nearly right token as for a wrong one.
function isSame(given: string, expected: string): boolean {
  const [one, other] = [given, expected].map((text) => createHash("sha256").update(text).digest());
  return timingSafeEqual(one, other);
}

function isGenuine(request: Request): boolean {
  const expected = process.env.API_TOKEN;
  const [scheme, token] = (request.headers.get("authorization") ?? "").split(" ");
  return Boolean(expected && token) && scheme.toLowerCase() === "bearer" && isSame(token, expected!);
}

export async function GET(request: Request) {
  if (!isGenuine(request)) {
    const challenge = { "WWW-Authenticate": 'Bearer realm="sample-routes"' };
    return NextResponse.json({ error: "a token is needed" }, { status: 401, headers: challenge });
  }
  return NextResponse.json({ message: "welcome" });
}
