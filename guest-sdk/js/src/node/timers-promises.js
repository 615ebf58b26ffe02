/** `node:timers/promises`, over the timers of the web. */

function aborted(signal) {
  const error = new Error("The operation was aborted", { cause: signal.reason });
  return Object.assign(error, { name: "AbortError", code: "ABORT_ERR" });
}

export function setTimeout(delay, value, { signal } = {}) {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(aborted(signal));
    const timer = globalThis.setTimeout(resolve, delay, value);
    signal?.addEventListener("abort", () => (clearTimeout(timer), reject(aborted(signal))), { once: true });
  });
}

export function setImmediate(value, options) {
  return setTimeout(0, value, options);
}

export async function* setInterval(delay, value, options) {
  for (;;) yield await setTimeout(delay, value, options);
}

export const scheduler = { wait: (delay, options) => setTimeout(delay, undefined, options), yield: () => setImmediate() };

export default { scheduler, setImmediate, setInterval, setTimeout };
