/**
 * What `redirect()`, `notFound()` and their like throw, and the answer each stands for. They are recognised by
 * their digest, as Next.js does, so that code which re-throws by digest keeps working.
 */

const REDIRECT = "NEXT_REDIRECT";
const STATUS = "NEXT_HTTP_ERROR_FALLBACK";

/** The kinds of redirect; in a route handler they differ in nothing. */
export const RedirectType = Object.freeze({ push: "push", replace: "replace" });

function signal(digest, message) {
  const error = new Error(message);
  error.digest = digest;
  return error;
}

function redirection(api, url, status, type) {
  const target = String(url);
  if (target === "") throw new Error(`\`${api}\` was given an empty URL; expected a path or an absolute URL`);
  return signal(`${REDIRECT};${type};${target};${status};`, REDIRECT);
}

/** Answers 307 with this `Location`. */
export function redirect(url, type = RedirectType.replace) {
  throw redirection("redirect", url, 307, type);
}

/** Answers 308 with this `Location`. */
export function permanentRedirect(url, type = RedirectType.replace) {
  throw redirection("permanentRedirect", url, 308, type);
}

/** Answers 404. */
export function notFound() {
  throw signal(`${STATUS};404`, `${STATUS};404`);
}

/** Answers 401. */
export function unauthorized() {
  throw signal(`${STATUS};401`, `${STATUS};401`);
}

/** Answers 403. */
export function forbidden() {
  throw signal(`${STATUS};403`, `${STATUS};403`);
}

/** The answer that a thrown value stands for, or null for an error like any other. */
export function answerOf(thrown) {
  const digest = typeof thrown?.digest === "string" ? thrown.digest : "";
  if (digest.startsWith(`${STATUS};`)) {
    return { status: Number(digest.slice(STATUS.length + 1)), location: null };
  }
  if (!digest.startsWith(`${REDIRECT};`)) return null;
  const parts = digest.split(";");
  return { status: Number(parts.at(-2)), location: parts.slice(2, -2).join(";") };
}

/** Throws again what is one of ours, so that a `catch` around a handler's work does not swallow it. */
export function unstable_rethrow(thrown) {
  if (answerOf(thrown) !== null) throw thrown;
  if (thrown instanceof Error && "cause" in thrown) unstable_rethrow(thrown.cause);
}
