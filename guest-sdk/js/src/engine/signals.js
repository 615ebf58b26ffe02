/** `AbortSignal`: several as one, and throwing the reason. */

import { methods } from "./define.js";

export function mendSignals() {
  methods(AbortSignal.prototype, { throwIfAborted });
  // The engine's own forget the reason.
  methods(AbortSignal, { abort, any });
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
