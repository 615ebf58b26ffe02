import { cookies } from "next/headers";

export async function GET() {
  const jar = await cookies();
  const all = jar.getAll().map(({ name, value }) => [name, value]);
  return Response.json({ all, a: jar.get("a")?.value ?? null, has: jar.has("b"), many: jar.getAll("a").length, missing: jar.get("missing") === undefined });
}
