const FAILING: Record<string, () => ReadableStream> = {
  late: () => {
    let at = 0;
    return new ReadableStream({
      async pull(controller) {
        if (at++ === 0) return controller.enqueue(new TextEncoder().encode("first"));
        await new Promise((resolve) => setTimeout(resolve, 50));
        controller.error(new Error("in the middle"));
      },
    });
  },
  early: () => new ReadableStream({ start: (controller) => controller.error(new Error("at once")) }),
  thrown: () =>
    new ReadableStream({
      pull() {
        throw new Error("while pulling");
      },
    }),
};

export async function GET(request: Request) {
  return new Response(FAILING[new URL(request.url).searchParams.get("case")!]());
}
