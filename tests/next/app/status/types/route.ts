const form = () => {
  const form = new FormData();
  form.append("a", "1");
  return form;
};

const BODIES: Record<string, () => BodyInit | null | undefined> = {
  text: () => "text",
  empty: () => "",
  null: () => null,
  undefined: () => undefined,
  bytes: () => new Uint8Array([104, 105]),
  buffer: () => new TextEncoder().encode("hi").buffer as ArrayBuffer,
  view: () => new DataView(new ArrayBuffer(2)),
  nodebuffer: () => Buffer.from("hi"),
  blob: () => new Blob(["hi"], { type: "text/x-thing" }),
  untyped: () => new Blob(["hi"]),
  file: () => new File(["hi"], "a.txt", { type: "text/plain" }),
  params: () => new URLSearchParams({ a: "1 2", b: "ü" }),
  form,
  stream: () => new Blob(["hi"]).stream(),
  number: () => 42 as never,
  object: () => ({ a: 1 }) as never,
  date: () => new Date(0) as never,
};

export async function GET(request: Request) {
  return new Response(BODIES[new URL(request.url).searchParams.get("case")!]());
}

export async function POST(request: Request) {
  const body = BODIES[new URL(request.url).searchParams.get("case")!]();
  return new Response(body, { headers: { "content-type": "x/own" } });
}
