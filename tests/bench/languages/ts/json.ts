export async function POST(request: Request) {
  const { n } = (await request.json()) as { n: number };
  return Response.json({ twice: n * 2 }, { status: 201 });
}
