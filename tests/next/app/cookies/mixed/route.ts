import { cookies } from "next/headers";
import { notFound, redirect } from "next/navigation";
import { NextResponse } from "next/server";

export async function GET() {
  (await cookies()).set("jar", "1").set("both", "jar");
  const response = NextResponse.json({});
  response.cookies.set("own", "2").set("both", "own");
  return response;
}

export async function POST() {
  (await cookies()).set("jar", "1");
  const response = new Response("x");
  response.headers.append("Set-Cookie", "own=2; Path=/p; HttpOnly; SameSite=Lax");
  response.headers.append("Set-Cookie", "other=3; Max-Age=5; Expires=Wed, 02 Jan 2030 03:04:05 GMT");
  return response;
}

export async function PUT() {
  (await cookies()).set("kept", "1");
  redirect("/docs/hello");
}

export async function PATCH() {
  (await cookies()).set("lost", "1");
  notFound();
}

export async function DELETE() {
  (await cookies()).set("lost", "1");
  throw new Error("after a cookie");
}
