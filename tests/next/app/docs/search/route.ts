import { type NextRequest, NextResponse } from "next/server";

export function GET(request: NextRequest) {
  const params = request.nextUrl.searchParams;
  return NextResponse.json({
    query: params.get("query"),
    tags: params.getAll("tag"),
    page: Number(params.get("page") ?? 1),
    all: Object.fromEntries(params),
  });
}
