export async function POST(request: Request) {
  return new Response(request.body, { headers: { "content-type": request.headers.get("content-type") ?? "application/octet-stream" } });
}

export async function PUT(request: Request) {
  return new Response(await request.arrayBuffer());
}

export async function GET() {
  return new Response("0123456789abcdef".repeat(65_536), { headers: { "content-type": "text/plain" } });
}
