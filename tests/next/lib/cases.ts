type Case = (request: Request) => unknown;

/** Answers `?case=NAME` with what the case gives, or with the name of the error it throws. */
export function answering(cases: Record<string, Case>) {
  return async function (request: Request) {
    const name = new URL(request.url).searchParams.get("case") ?? "";
    if (!(name in cases)) return Response.json({ unknown: name, known: Object.keys(cases) }, { status: 404 });
    try {
      return Response.json({ value: plain(await cases[name](request)) });
    } catch (thrown) {
      return Response.json({ thrown: thrown instanceof Error || thrown instanceof DOMException ? thrown.name : plain(thrown) });
    }
  };
}

function plain(value: unknown): unknown {
  if (value === undefined) return "undefined";
  if (value instanceof ArrayBuffer) return { bytes: [...new Uint8Array(value)] };
  if (ArrayBuffer.isView(value)) return { bytes: [...new Uint8Array(value.buffer, value.byteOffset, value.byteLength)] };
  return value;
}

/** The name of what it throws, or `none`. */
export async function thrownBy(work: () => unknown): Promise<string> {
  try {
    await work();
    return "none";
  } catch (thrown) {
    return thrown instanceof Error || thrown instanceof DOMException ? thrown.name : `a ${typeof thrown}`;
  }
}
