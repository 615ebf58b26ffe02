/** `fetch`: a request that was given up ends with its reason, and what was to be kept is said not to be. */

import { UNDONE } from "../next/undone.js";
import { notice } from "../notice.js";

export function mendFetch() {
  const engineFetch = globalThis.fetch;
  const fetch = async (input, init) => {
    const signal = init?.signal ?? (input instanceof Request ? input.signal : undefined);
    signal?.throwIfAborted();
    if (isToBeKept(init)) notice(UNDONE.fetch);
    const answering = engineFetch(input, init);
    if (signal === undefined) return answering;
    const givenUp = new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
    return Promise.race([answering, givenUp]);
  };
  Object.defineProperty(globalThis, "fetch", { value: fetch, writable: true, configurable: true });
}

/** By what Next.js adds to the options of `fetch`; a period of zero asks for nothing. */
function isToBeKept({ next, cache } = {}) {
  return cache === "force-cache" || (next !== undefined && next !== null && next.revalidate !== 0);
}
