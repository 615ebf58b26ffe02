async function* words() {
  for (const word of ["one", "two", "three"]) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    yield `${word}\n`;
  }
}

/** `ReadableStream.from` of an async generator. */
export async function GET() {
  return new Response(ReadableStream.from(words()).pipeThrough(new TextEncoderStream()));
}

/** The generator itself, as Node.js takes it. */
export async function POST() {
  return new Response(words() as unknown as BodyInit);
}

/** From an array. */
export async function PUT() {
  return new Response(ReadableStream.from(["a", "b", "c"]).pipeThrough(new TextEncoderStream()));
}

/** Iterated over, then answered. */
export async function PATCH(request: Request) {
  const lengths: number[] = [];
  for await (const chunk of request.body!.pipeThrough(new TextDecoderStream()) as unknown as AsyncIterable<string>) lengths.push(chunk.length);
  return Response.json(lengths.reduce((sum, length) => sum + length, 0));
}
