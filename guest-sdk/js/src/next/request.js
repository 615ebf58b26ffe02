/** `NextRequest`: a web `Request` with `cookies` and `nextUrl`, whose header fields may be changed. */

import { RequestCookies } from "../cookies.js";
import { NextURL } from "./url.js";

const extras = new WeakMap();

function extra(request, name, make) {
  let made = extras.get(request);
  if (made === undefined) extras.set(request, (made = {}));
  return (made[name] ??= make());
}

/** A request as a handler gets it. */
export class NextRequest extends Request {
  constructor(input, init = {}) {
    super(typeof input === "string" || input instanceof Request ? input : String(input), init);
  }

  get cookies() {
    return extra(this, "cookies", () => new RequestCookies(this.headers));
  }

  /** Those that arrived belong to the engine, so changes are made to a copy; the host's name is part of the URL there. */
  get headers() {
    const own = super.headers;
    if (!arrived.has(this)) return own;
    return extra(this, "headers", () => {
      const headers = new Headers(own);
      if (!headers.has("host")) headers.set("host", new URL(this.url).host);
      return headers;
    });
  }

  get nextUrl() {
    return extra(this, "nextUrl", () => new NextURL(this.url));
  }

  get page() {
    throw new Error("`request.page` is no more; match on the path of the route instead");
  }

  get ua() {
    throw new Error("`request.ua` is no more; use `userAgent(request)` of next/server instead");
  }

  /**
   * The request that arrived, as one of these. It is not copied: the engine refuses to make a request out of one
   * whose body has not arrived yet, and a copy would buffer it.
   */
  static of(incoming) {
    arrived.add(incoming);
    return Object.setPrototypeOf(incoming, NextRequest.prototype);
  }
}

const arrived = new WeakSet();
