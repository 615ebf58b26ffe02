/** Answers `?status=` with the body `?body=` and the reason `?reason=`. */
export async function GET(request: Request) {
  const params = new URL(request.url).searchParams;
  return new Response(params.get("body"), { status: Number(params.get("status")), statusText: params.get("reason") ?? "" });
}

/** What leaves the constructor out of it. */
export async function POST(request: Request) {
  const { status, ...rest } = await request.json();
  return Response.json(rest.value, { status });
}
