export const dynamic = "force-dynamic";

export async function GET() {
  const encoder = new TextEncoder();
  const stream = new ReadableStream({
    start(controller) {
      let id = 0;
      const timer = setInterval(() => {
        controller.enqueue(encoder.encode(`id: ${id}\nevent: tick\ndata: ${JSON.stringify({ id })}\n\n`));
        if (++id < 4) return;
        clearInterval(timer);
        controller.close();
      }, 3);
    },
  });
  return new Response(stream, {
    headers: { "Content-Type": "text/event-stream", "Cache-Control": "no-cache, no-transform", Connection: "keep-alive", "X-Accel-Buffering": "no" },
  });
}
