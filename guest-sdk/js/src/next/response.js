/** `NextResponse`: a web `Response` with `cookies`, and the shorthands of Next.js. */

import { ResponseCookies } from "../cookies.js";

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const cookies = new WeakMap();
/** Why an answer must not be sent, by the answer. */
const unsendable = new WeakMap();

/** A response as a handler makes it. */
export class NextResponse extends Response {
  get cookies() {
    let own = cookies.get(this);
    if (own === undefined) cookies.set(this, (own = new ResponseCookies(this.headers)));
    return own;
  }

  static json(body, init) {
    const text = JSON.stringify(body);
    if (text === undefined) throw new TypeError("the value is not JSON serializable");
    const response = new NextResponse(text, init);
    if (!new Headers(init?.headers).has("content-type")) response.headers.set("content-type", "application/json");
    return response;
  }

  static redirect(url, init) {
    const status = typeof init === "number" ? init : (init?.status ?? 307);
    if (!REDIRECTS.has(status)) {
      throw new RangeError(`a redirect has no status ${status}; expected 301, 302, 303, 307 or 308`);
    }
    const headers = new Headers(typeof init === "object" ? init?.headers : undefined);
    headers.set("location", absolute(url));
    return new NextResponse(null, { ...(typeof init === "object" ? init : {}), headers, status });
  }

  static rewrite() {
    return refused("NextResponse.rewrite() is meant for a proxy; a route handler answers itself");
  }

  static next() {
    return refused("NextResponse.next() is meant for a proxy; a route handler answers itself");
  }
}

function refused(why) {
  const response = new NextResponse(null);
  unsendable.set(response, why);
  return response;
}

/** Why this response cannot answer a request, if it cannot. */
export function unsendableBecause(response) {
  return unsendable.get(response);
}

function absolute(url) {
  try {
    return new URL(String(url)).href;
  } catch {
    throw new TypeError(`a redirect goes to an absolute URL, found "${url}"; use new URL("${url}", request.url)`);
  }
}
