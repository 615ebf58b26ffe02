export async function GET(_: Request, { params }: { params: Promise<{ path: string[] }> }) {
  const { path } = await params;
  return Response.json({ path, list: Array.isArray(path), joined: path.join(" > ") });
}
