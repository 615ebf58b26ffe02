import type { NextRequest } from "next/server";

export async function GET(request: NextRequest, context: { params: Promise<{ id: string }> }) {
  const { id } = await context.params;
  const again = await context.params;
  return Response.json({ id, again, pathname: request.nextUrl.pathname, keys: Object.keys(again) });
}
