export async function POST(request: Request) {
  const blob = await request.blob();
  const part = blob.slice(1, 3, "text/part");
  return Response.json({ size: blob.size, type: blob.type, part: await part.text(), partType: part.type });
}

export async function GET() {
  return new Response(new Blob(["<p>", new Uint8Array([0x68, 0x69]), "</p>"], { type: "text/html" }));
}
