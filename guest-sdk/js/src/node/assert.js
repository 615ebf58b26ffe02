/** `node:assert`, always strict. */

import { isDeepStrictEqual } from "./util.js";

export class AssertionError extends Error {
  constructor({ message, actual, expected, operator }) {
    super(message ?? `expected ${String(actual)} ${operator} ${String(expected)}`);
    Object.assign(this, { name: "AssertionError", code: "ERR_ASSERTION", actual, expected, operator });
  }
}

function hold(holds, message, actual, expected, operator) {
  if (holds) return;
  throw message instanceof Error ? message : new AssertionError({ message, actual, expected, operator });
}

export function ok(value, message) {
  hold(Boolean(value), message, value, true, "==");
}

export function fail(message = "Failed") {
  hold(false, message, undefined, undefined, "fail");
}

export function strictEqual(actual, expected, message) {
  hold(Object.is(actual, expected), message, actual, expected, "strictEqual");
}

export function notStrictEqual(actual, expected, message) {
  hold(!Object.is(actual, expected), message, actual, expected, "notStrictEqual");
}

export function deepStrictEqual(actual, expected, message) {
  hold(isDeepStrictEqual(actual, expected), message, actual, expected, "deepStrictEqual");
}

export function match(text, pattern, message) {
  hold(pattern.test(text), message, text, pattern, "match");
}

export function throws(work, message) {
  try {
    work();
  } catch {
    return;
  }
  hold(false, message, undefined, undefined, "throws");
}

export async function rejects(work, message) {
  try {
    await (typeof work === "function" ? work() : work);
  } catch {
    return;
  }
  hold(false, message, undefined, undefined, "rejects");
}

const assert = Object.assign((value, message) => ok(value, message), {
  AssertionError,
  deepEqual: deepStrictEqual,
  deepStrictEqual,
  equal: strictEqual,
  fail,
  match,
  notEqual: notStrictEqual,
  notStrictEqual,
  ok,
  rejects,
  strictEqual,
  throws,
});
assert.strict = assert;

export { deepStrictEqual as deepEqual, notStrictEqual as notEqual, strictEqual as equal, assert as strict };
export default assert;
