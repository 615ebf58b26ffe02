// A dynamic segment: `[id]` of the directory's name arrives in `params`, a promise as in Next.js 16.
import { notFound } from "next/navigation";
import type { NextRequest } from "next/server";

// RouteContext knows the params of every directory that has a route; `routelet typegen` writes it.
type Context = RouteContext<"/next/users/[id]">;

const names: Record<string, string> = { "1": "Ada", "2": "Grace" };

export async function GET(request: NextRequest, { params }: Context) {
  const { id } = await params;
  if (!(id in names)) notFound();
  const isLoud = request.nextUrl.searchParams.has("loud");
  return Response.json({ id, name: isLoud ? names[id].toUpperCase() : names[id] });
}

export async function DELETE(_request: NextRequest, { params }: Context) {
  const { id } = await params;
  return new Response(null, { status: id in names ? 204 : 404 });
}
