/** `NextRequest`: a web `Request` with `cookies` and `nextUrl`. */

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
    return Object.setPrototypeOf(incoming, NextRequest.prototype);
  }
}
