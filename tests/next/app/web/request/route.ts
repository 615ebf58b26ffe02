import { answering } from "@/lib/cases";

const make = (init?: RequestInit) => new Request("https://a.example/x?y=1#z", init);

export const GET = answering({
  defaults: () => {
    const { method, url, body, bodyUsed, redirect } = make();
    return [method, url, body, bodyUsed, redirect];
  },
  method: () => ["post", "Patch", "get"].map((method) => make({ method }).method),
  "bad-method": () => make({ method: "a b" }),
  trace: () => make({ method: "TRACE" }),
  "get-body": () => make({ method: "GET", body: "x" }),
  json: async () => make({ method: "POST", body: JSON.stringify({ a: 1 }) }).json(),
  type: () => [make({ method: "POST", body: "x" }).headers.get("content-type"), make({ method: "POST", body: new URLSearchParams() }).headers.get("content-type")],
  clone: async () => {
    const request = make({ method: "POST", body: "x", headers: { a: "1" } });
    const copy = request.clone();
    return [await request.text(), await copy.text(), copy.headers.get("a"), copy.method];
  },
  copy: async () => {
    const request = make({ method: "PUT", body: "x", headers: { a: "1" } });
    const copy = new Request(request);
    return [copy.method, copy.headers.get("a"), await copy.text(), request.bodyUsed];
  },
  changed: async () => {
    const copy = new Request(make({ method: "PUT", body: "x" }), { method: "POST", headers: { b: "2" } });
    return [copy.method, copy.headers.get("b"), await copy.text()];
  },
  incoming: (request) => {
    const copy = new Request(request, { headers: { "x-one": "1" } });
    return [copy.method, new URL(copy.url).pathname, copy.headers.get("x-one")];
  },
  elsewhere: (request) => {
    const copy = new Request("https://b.example/", request);
    return [copy.method, copy.url, copy.headers.get("x-asked")];
  },
  relative: () => new Request("/x"),
  credentials: () => new Request("https://u:p@a.example/"),
  signal: () => {
    const controller = new AbortController();
    const request = make({ signal: controller.signal });
    controller.abort();
    return request.signal.aborted;
  },
  form: async () => {
    const form = new FormData();
    form.set("a", "1");
    return (await make({ method: "POST", body: form }).formData()).get("a");
  },
  tag: () => Object.prototype.toString.call(make()),
});

/** Made again out of one with a body that has not arrived yet. */
export async function POST(request: Request) {
  const copy = new Request(request, { headers: { "x-one": "1" } });
  return Response.json([await copy.text(), copy.headers.get("x-one"), request.bodyUsed]);
}

export async function PUT(request: Request) {
  const copy = new Request("https://b.example/y", request);
  return Response.json([await copy.text(), copy.method, copy.url]);
}
