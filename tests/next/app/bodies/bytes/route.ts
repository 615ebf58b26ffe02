export async function POST(request: Request) {
  const buffer = await request.arrayBuffer();
  const hex = Buffer.from(buffer).subarray(-32).toString("hex");
  return Response.json({ bytes: buffer.byteLength, hex, isBuffer: buffer instanceof ArrayBuffer });
}
