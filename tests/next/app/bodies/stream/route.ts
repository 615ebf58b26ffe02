export async function POST(request: Request) {
  let bytes = 0;
  const reader = request.body!.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    bytes += value.byteLength;
  }
  return Response.json({ bytes });
}

export async function PUT(request: Request) {
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of request.body as unknown as AsyncIterable<Uint8Array>) text += decoder.decode(chunk, { stream: true });
  return new Response((text + decoder.decode()).toUpperCase());
}
