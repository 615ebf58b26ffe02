import { findUser } from "@/lib/users";

type Context = { params: Promise<{ id: string }> };

export async function GET(_request: Request, { params }: Context) {
  const { id } = await params;
  const user = findUser(id);
  return user === undefined ? Response.json({ error: `no user ${id}` }, { status: 404 }) : Response.json(user);
}

export async function DELETE(_request: Request, { params }: Context) {
  const { id } = await params;
  return new Response(null, { status: findUser(id) === undefined ? 404 : 204 });
}
