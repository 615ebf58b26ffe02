export async function GET() {
  return new Response("read");
}

export async function HEAD() {
  return new Response(null, { status: 202, headers: { "x-own": "yes" } });
}
