const source = () =>
  new ReadableStream<string>({
    start(controller) {
      for (const word of ["grüße ", "aus ", "\u{1f600}"]) controller.enqueue(word);
      controller.close();
    },
  });

export async function GET() {
  return new Response(source().pipeThrough(new TextEncoderStream()));
}

export async function POST(request: Request) {
  const upper = new TransformStream<string, string>({
    transform: (chunk, controller) => controller.enqueue(chunk.toUpperCase()),
    flush: (controller) => controller.enqueue("!"),
  });
  return new Response(request.body!.pipeThrough(new TextDecoderStream()).pipeThrough(upper).pipeThrough(new TextEncoderStream()));
}

export async function PUT() {
  const { readable, writable } = new TransformStream();
  const writer = writable.getWriter();
  void (async () => {
    await writer.write(new TextEncoder().encode("written "));
    await writer.write(new TextEncoder().encode("later"));
    await writer.close();
  })();
  return new Response(readable, { headers: { "content-type": "text/plain; charset=utf-8" } });
}

export async function PATCH() {
  const chunks: string[] = [];
  await source().pipeTo(new WritableStream({ write: (chunk) => void chunks.push(chunk) }));
  return Response.json(chunks);
}
