/**
 * Requests that nobody sent, answered while a component is built: the engine compiles a function when it is first
 * called, and what has been called by then need not be compiled again by each instance. Nothing of a route is called.
 */

const ROUTE = {
  async GET(request, { params }) {
    await params;
    return new Response(request.nextUrl.searchParams.get("none") ?? "text", { headers: { "x-name": "value" } });
  },
  POST: async (request) => Response.json(request.headers.get("none")),
  PUT: () => new Response(null, { status: 204 }),
};

/** Lets `answer` answer them, given a route module and what stands for the engine's event. */
export async function rehearse(answer) {
  for (const method of Object.keys(ROUTE)) {
    const event = { request: new Request("http://localhost/"), waits: [] };
    Object.defineProperty(event.request, "method", { value: method });
    event.respondWith = event.waitUntil = (wait) => event.waits.push(wait);
    answer(() => ROUTE, event);
    const [response] = await Promise.all(event.waits);
    if (!response.ok) throw new Error(`${method} was rehearsed and answered ${response.status}`);
  }
}
