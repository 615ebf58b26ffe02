import { NextResponse } from "next/server";

const RETURNED: Record<string, () => unknown> = {
  undefined: () => undefined,
  null: () => null,
  object: () => ({ a: 1 }),
  text: () => "text",
  number: () => 7,
  alike: () => ({ status: 200, headers: new Headers(), body: null, text: async () => "x" }),
  promise: () => Promise.resolve(new Response("a promise")),
  rewrite: () => NextResponse.rewrite("http://localhost/docs/hello"),
  next: () => NextResponse.next(),
  subclass: () => new (class extends Response {})("a subclass"),
  error: () => Response.error(),
  used: async () => {
    const response = new Response("used");
    await response.text();
    return response;
  },
  circular: () => {
    const circle: { self?: unknown } = {};
    circle.self = circle;
    return NextResponse.json(circle);
  },
  bigint: () => Response.json({ a: 1n }),
  unjson: () => Response.json(undefined),
};

export function GET(request: Request) {
  return RETURNED[new URL(request.url).searchParams.get("case")!]() as Response;
}
