export async function GET(_: Request, { params }: { params: Promise<{ id: string; comment: string }> }) {
  return Response.json(await params);
}
