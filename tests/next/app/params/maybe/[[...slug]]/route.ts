export async function GET(_: Request, { params }: { params: Promise<{ slug?: string[] }> }) {
  const given = await params;
  return Response.json({ slug: given.slug ?? null, has: "slug" in given });
}
