export async function POST(request: Request) {
  const buffer = await request.arrayBuffer();
  const hex = Buffer.from(buffer).toString("hex");
  return Response.json({ bytes: buffer.byteLength, hex: hex.slice(0, 64), isBuffer: buffer instanceof ArrayBuffer });
}
