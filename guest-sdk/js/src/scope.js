/**
 * What holds for the one request an instance is answering. An instance answers one request at a time, so a
 * variable is enough; nothing here knows what a route is.
 */

/**
 * @typedef {object} Scope
 * @property {Request} request the request as the handler sees it
 * @property {"handler" | "after"} phase `after` once the response is finished
 * @property {import("./cookies.js").HandlerCookies | null} cookies made on the first call of `cookies()`
 * @property {Array<() => unknown>} after what `after` has been given, in order
 */

/** @type {Scope | null} */
let current = null;

/** Runs `work` for `request`. What it set up holds until `leave`, since `after` outlives the handler. */
export async function within(request, work) {
  current = { request, phase: "handler", cookies: null, after: [] };
  return work(current);
}

/** The request is over. */
export function leave() {
  current = null;
}

/** Whether the request of this scope is over. */
export function isOver(scope) {
  return scope !== current;
}

/** The scope that `api` was called in. */
export function scope(api) {
  if (current === null) {
    throw new Error(`\`${api}\` was called outside a request; call it in a handler, or in something a handler calls`);
  }
  return current;
}
