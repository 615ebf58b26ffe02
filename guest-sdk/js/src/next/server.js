/** `next/server`, as far as it concerns a route handler. */

import { scope } from "../scope.js";

export { NextRequest } from "./request.js";
export { NextResponse } from "./response.js";
export { userAgent, userAgentFromString } from "./user-agent.js";

/** Runs `work`, a function or a promise, once the response is finished. */
export function after(work) {
  if (typeof work?.then === "function") {
    scope("after").after.push(() => work);
  } else if (typeof work === "function") {
    scope("after").after.push(work);
  } else {
    throw new Error(`\`after\` takes a function or a promise, found ${typeof work}`);
  }
}

/** Waits for a request, which is always there: nothing is rendered ahead of one. */
export async function connection() {
  scope("connection");
}
