// A list in pages, with the way to the next one in the body and in a Link header.
import { type NextRequest, NextResponse } from "next/server";

const PER_PAGE = 3;
const titles = Array.from({ length: 7 }, (_, index) => `article ${index + 1}`);

export function GET({ nextUrl }: NextRequest) {
  const page = Number(nextUrl.searchParams.get("page") ?? 1);
  if (!Number.isInteger(page) || page < 1) {
    return NextResponse.json({ error: "page counts from 1" }, { status: 400 });
  }
  const items = titles.slice((page - 1) * PER_PAGE, page * PER_PAGE);
  if (page * PER_PAGE >= titles.length) return NextResponse.json({ page, items, next: null });
  const next = nextUrl.clone();
  next.searchParams.set("page", String(page + 1));
  const path = next.pathname + next.search;
  return NextResponse.json({ page, items, next: path }, { headers: { Link: `<${path}>; rel="next"` } });
}
