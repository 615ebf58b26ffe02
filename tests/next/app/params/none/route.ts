export async function GET(_: Request, context: { params: Promise<object> }) {
  const params = await context?.params;
  return Response.json({ params: params ?? null });
}
