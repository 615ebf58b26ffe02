export async function GET(_: Request, { params }: { params: Promise<{ "my-key": string }> }) {
  return Response.json(await params);
}
