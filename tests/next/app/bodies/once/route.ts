import { thrownBy } from "@/lib/cases";

/** Read twice. */
export async function POST(request: Request) {
  const first = await request.text();
  const second = await thrownBy(() => request.text());
  return Response.json({ first, second, used: request.bodyUsed, clone: await thrownBy(() => request.clone()) });
}

/** Copied before it is read. */
export async function PUT(request: Request) {
  const copy = request.clone();
  return Response.json({ first: await request.text(), second: await copy.json(), method: copy.method, path: new URL(copy.url).pathname });
}

/** Never read. */
export async function PATCH() {
  return new Response("unread");
}
