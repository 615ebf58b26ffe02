// Query parameters: a NextRequest has its URL parsed already.
import type { NextRequest } from "next/server";

const TITLES = ["A directory is a site", "One request, one instance", "A route in TypeScript"];

export function GET({ nextUrl: { searchParams } }: NextRequest) {
  const query = searchParams.get("q");
  if (query === null) return Response.json({ error: "expected ?q=" }, { status: 400 });
  const words = [query, ...searchParams.getAll("also")].map((word) => word.toLowerCase());
  const hits = TITLES.filter((title) => words.every((word) => title.toLowerCase().includes(word)));
  return Response.json({ query, hits });
}
