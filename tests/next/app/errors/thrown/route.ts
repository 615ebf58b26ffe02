class OwnError extends Error {
  override name = "OwnError";
}

const THROWN: Record<string, () => unknown> = {
  error: () => new Error("an error"),
  own: () => new OwnError("my own"),
  text: () => "text",
  object: () => ({ status: 418 }),
  nothing: () => undefined,
  response: () => new Response("thrown", { status: 418 }),
  digest: () => Object.assign(new Error("with a digest"), { digest: "12345" }),
};

/** Throws. */
export async function GET(request: Request) {
  throw THROWN[new URL(request.url).searchParams.get("case")!]();
}

/** Throws before there is a promise. */
export function POST(request: Request): Response {
  throw THROWN[new URL(request.url).searchParams.get("case")!]();
}

/** Rejects later. */
export async function PUT(): Promise<Response> {
  await new Promise((resolve) => setTimeout(resolve, 1));
  return Promise.reject(new Error("later"));
}

export async function PATCH() {
  return (undefined as unknown as { a: Response }).a;
}
