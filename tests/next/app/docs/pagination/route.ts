import { type NextRequest, NextResponse } from "next/server";

import { posts } from "@/lib/posts";

const PER_PAGE = 5;

export function GET(request: NextRequest) {
  const page = Math.max(1, Number.parseInt(request.nextUrl.searchParams.get("page") ?? "1", 10) || 1);
  const items = posts.slice((page - 1) * PER_PAGE, page * PER_PAGE);
  const next = request.nextUrl.clone();
  next.searchParams.set("page", String(page + 1));
  const hasMore = page * PER_PAGE < posts.length;
  const headers: HeadersInit = hasMore ? { Link: `<${next.pathname}${next.search}>; rel="next"` } : {};
  return NextResponse.json({ page, total: posts.length, items, next: hasMore ? next.toString() : null }, { headers });
}
