/** `node:timers`, over the timers of the web. */

const { clearInterval, clearTimeout, setInterval, setTimeout } = globalThis;
export { clearInterval, clearTimeout, setInterval, setTimeout };

export function setImmediate(work, ...given) {
  return setTimeout(() => work(...given), 0);
}

export const clearImmediate = clearTimeout;

export default { clearImmediate, clearInterval, clearTimeout, setImmediate, setInterval, setTimeout };
