export function GET() {
  const encoder = new TextEncoder();
  const body = new ReadableStream({
    async start(to) {
      to.enqueue(encoder.encode("one\n"));
      await new Promise((resolve) => setTimeout(resolve, 200));
      to.enqueue(encoder.encode("two\n"));
      to.close();
    },
  });
  return new Response(body);
}
