export async function GET() {
  return new Response("read");
}

export async function OPTIONS() {
  return new Response("my own", { headers: { Allow: "GET", "x-own": "yes" } });
}
