export async function POST(request: Request) {
  const [one, other] = request.body!.tee();
  const text = await new Response(one).text();
  return new Response(other, { headers: { "x-length": String(text.length) } });
}

export async function GET() {
  const blob = new Blob(["abc", "def"]);
  const reader = blob.stream().getReader();
  const chunks: number[] = [];
  for (let read = await reader.read(); !read.done; read = await reader.read()) chunks.push(...read.value);
  return Response.json({ chunks, locked: new Response("x").body!.locked });
}
