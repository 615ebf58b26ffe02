const pause = () => new Promise((resolve) => setTimeout(resolve, 2));

const STREAMS: Record<string, () => ReadableStream> = {
  start: () =>
    new ReadableStream({
      async start(controller) {
        for (const word of ["one ", "two ", "three"]) {
          controller.enqueue(new TextEncoder().encode(word));
          await pause();
        }
        controller.close();
      },
    }),
  text: () => new ReadableStream({ start: (controller) => (controller.enqueue("grüße "), controller.enqueue(new Uint8Array([33])), controller.close()) }),
  nothing: () => new ReadableStream({ start: (controller) => controller.close() }),
  bytes: () =>
    new ReadableStream({
      type: "bytes",
      pull(controller) {
        controller.enqueue(new Uint8Array([104, 105]));
        controller.close();
      },
    }),
  large: () => {
    let left = 64;
    return new ReadableStream({
      pull(controller) {
        if (left-- > 0) controller.enqueue(new Uint8Array(16_384).fill(97));
        else controller.close();
      },
    });
  },
  counted: () => {
    let at = 0;
    return new ReadableStream({ pull: (controller) => (at === 50 ? controller.close() : controller.enqueue(`${at++},`)) }, { highWaterMark: 0 });
  },
};

export async function GET(request: Request) {
  return new Response(STREAMS[new URL(request.url).searchParams.get("case")!]());
}
