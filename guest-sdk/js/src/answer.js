/** What a handler returned or threw, to the response that is sent. */

import { isRead } from "./engine/bodies.js";
import { answerOf } from "./signals.js";
import { unsendableBecause } from "./next/response.js";
import * as trace from "./trace.js";

/** Fields that the host writes itself; what a handler says there may not match what is sent. */
const HOST_FIELDS = ["content-length", "transfer-encoding", "content-encoding"];

/** What `method` returned, if it can be sent; throws what tells its author why not. */
export function sendable(returned, method) {
  if (!(returned instanceof Response)) {
    throw new TypeError(`${method} returned ${named(returned)}; expected a Response, or a promise of one${trace.placed(method)}`);
  }
  const why = unsendableBecause(returned) ?? (returned.status === 0 ? "Response.error() is no answer" : undefined);
  if (why !== undefined) throw new TypeError(why + trace.placed(method));
  if (isRead(returned)) {
    throw new TypeError(`${method} returned a Response whose body is being read already${trace.placed(method)}`);
  }
  return returned;
}

/**
 * The answer to what a handler threw, which is the log's business and not the client's.
 *
 * @returns {{ returned: Response, keepsCookies: boolean }} a redirect alone brings the cookies that were set before it
 */
export function ofThrown(thrown, method, request) {
  const meant = answerOf(thrown);
  if (meant === null) return { returned: failed(thrown, method), keepsCookies: false };
  if (meant.location === null) return { returned: new Response(null, { status: meant.status }), keepsCookies: false };
  const status = isSentForm(request) ? 303 : meant.status;
  return { returned: new Response(null, { status, headers: { location: meant.location } }), keepsCookies: true };
}

/** What is left to say of a handler that failed. */
export function failed(thrown, method) {
  console.error(`${method} failed: ${told(thrown)}`);
  return new Response(null, { status: 500 });
}

/** Whoever sends a form is sent on with GET, as Next.js has it: a 307 would send the form again. */
function isSentForm({ method, headers }) {
  const type = headers.get("content-type") ?? "";
  const isForm = type === "application/x-www-form-urlencoded" || type.startsWith("multipart/form-data");
  return method === "POST" && (isForm || headers.has("next-action"));
}

/** The head that is sent: with the cookies that were written, without the fields that are the host's. */
export function headOf(response, cookies) {
  const headers = new Headers(response.headers);
  for (const name of HOST_FIELDS) headers.delete(name);
  cookies?.writeTo(headers);
  return { status: response.status, statusText: response.statusText, headers };
}

/** Whether the head that is sent is the one the handler made. */
export function isHeadFinal(response, cookies) {
  return cookies === null && !HOST_FIELDS.some((name) => response.headers.has(name));
}

/** An error in full, for the log. */
export function told(thrown) {
  if (typeof thrown === "string") return `the text ${JSON.stringify(thrown)} was thrown`;
  if (!(thrown instanceof Error)) return `${named(thrown)} was thrown`;
  return `${thrown.name}: ${thrown.message}\n${trace.told(thrown.stack ?? "")}`.trimEnd();
}

function named(value) {
  if (value === null || value === undefined) return String(value);
  if (typeof value !== "object") return `a ${typeof value}`;
  const name = value.constructor?.name;
  return name === undefined || name === "Object" ? "a plain object" : `an instance of ${name}`;
}
