/** What Node.js has among its globals and the engine has not; a bundle takes what it uses. */

const shared = globalThis[Symbol.for("routelet.shared")];

export const process = shared.process.default;
export const Buffer = shared.buffer.Buffer;
export const setImmediate = shared.timers.setImmediate;
export const clearImmediate = shared.timers.clearImmediate;
const everything = globalThis;
export { everything as global };
