// A body that is sent while it is made, from an async generator.
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function* countdown() {
  for (const word of ["three", "two", "one"]) {
    yield `${word}\n`;
    await pause(100);
  }
}

export async function GET() {
  const body = ReadableStream.from(countdown()).pipeThrough(new TextEncoderStream());
  return new Response(body, { headers: { "Content-Type": "text/plain; charset=utf-8" } });
}
