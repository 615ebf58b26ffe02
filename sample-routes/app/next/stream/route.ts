// A body that is sent while it is made, from an async generator.
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const encoder = new TextEncoder();

async function* countdown() {
  for (const word of ["three", "two", "one"]) {
    yield encoder.encode(`${word}\n`);
    await pause(100);
  }
}

// The stream asks for a piece when there is room for it, so that a slow client slows the generator.
function streamOf(pieces: AsyncGenerator<Uint8Array>) {
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
}

export async function GET() {
  return new Response(streamOf(countdown()), { headers: { "Content-Type": "text/plain; charset=utf-8" } });
}
