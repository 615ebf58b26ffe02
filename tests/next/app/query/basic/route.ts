import type { NextRequest } from "next/server";

export function GET(request: NextRequest) {
  const { searchParams, search } = request.nextUrl;
  return Response.json({ search, all: [...searchParams], text: searchParams.toString(), a: searchParams.getAll("a") });
}
