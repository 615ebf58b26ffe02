import type { NextRequest } from "next/server";

export async function GET(request: NextRequest, { params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return new Response(`${id} ${request.nextUrl.searchParams.get("q")}`);
}
