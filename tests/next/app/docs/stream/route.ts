function iteratorToStream(iterator: AsyncGenerator<Uint8Array>) {
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await iterator.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const encoder = new TextEncoder();

async function* makeIterator() {
  yield encoder.encode("<p>One</p>");
  await pause(5);
  yield encoder.encode("<p>Two</p>");
  await pause(5);
  yield encoder.encode("<p>Three</p>");
}

export async function GET() {
  return new Response(iteratorToStream(makeIterator()));
}
