export async function GET(_: Request, { params }: { params: Promise<{ id: string }> }) {
  return Response.json({ fixed: (await params).id });
}
