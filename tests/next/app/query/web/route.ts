export function GET(request: Request) {
  const { search, searchParams } = new URL(request.url);
  return Response.json({ search, a: searchParams.get("a"), has: searchParams.has("a", "1"), size: searchParams.size });
}
