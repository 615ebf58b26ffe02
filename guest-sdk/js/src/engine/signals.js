/** `AbortSignal`: several as one, throwing the reason, and what `fetch` does of a request that was given up. */

import { methods } from "./define.js";

export function mendSignals() {
  methods(AbortSignal.prototype, { throwIfAborted });
  // The engine's own forget the reason.
  methods(AbortSignal, { abort, any });
  mendFetch();
}

function throwIfAborted() {
  if (this.aborted) throw this.reason;
}

function abort(reason) {
  const controller = new AbortController();
  controller.abort(reason ?? new DOMException("This operation was aborted", "AbortError"));
  return controller.signal;
}

function any(signals) {
  const controller = new AbortController();
  const all = [...signals];
  const aborted = all.find((signal) => signal.aborted);
  if (aborted !== undefined) controller.abort(aborted.reason);
  for (const signal of aborted === undefined ? all : []) {
    signal.addEventListener("abort", () => controller.abort(signal.reason), { once: true });
  }
  return controller.signal;
}

function mendFetch() {
  const engineFetch = globalThis.fetch;
  const fetch = async (input, init) => {
    const signal = init?.signal ?? (input instanceof Request ? input.signal : undefined);
    signal?.throwIfAborted();
    const answering = engineFetch(input, init);
    if (signal === undefined) return answering;
    const givenUp = new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
    return Promise.race([answering, givenUp]);
  };
  Object.defineProperty(globalThis, "fetch", { value: fetch, writable: true, configurable: true });
}
