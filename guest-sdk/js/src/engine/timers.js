/**
 * Timers: the one that is due first runs first, however late the engine looks, and what `setTimeout` returns can be
 * told `unref`, as in Node.js.
 */

import { missing } from "./define.js";

let nextId = 1;
let engine = null;
/** What is waiting, by its number. */
const waiting = new Map();

class Timeout {
  constructor(work, delay, given, interval) {
    Object.assign(this, { id: nextId++, work, delay: Number(delay) > 0 ? Number(delay) : 0, given, interval });
    for (const name of ["id", "work", "delay", "given", "interval"]) Object.defineProperty(this, name, { enumerable: false });
    this.refresh();
  }

  refresh() {
    const handle = waiting.get(this.id)?.handle;
    if (handle !== undefined) engine.clearTimeout(handle);
    const due = performance.now() + this.delay;
    waiting.set(this.id, { timeout: this, due, handle: engine.setTimeout(() => reached(this.id), this.delay) });
    return this;
  }

  ref() {
    return this;
  }

  unref() {
    return this;
  }

  hasRef() {
    return true;
  }

  close() {
    stop(this);
  }

  [Symbol.toPrimitive]() {
    return this.id;
  }
}

/** The engine says that one is due: those that were due before it come first. */
function reached(id) {
  const own = waiting.get(id);
  if (own === undefined) return;
  const earlier = [...waiting.values()].filter(({ due, timeout }) => due < own.due || (due === own.due && timeout.id < id));
  earlier.sort((one, other) => one.due - other.due || one.timeout.id - other.timeout.id);
  for (const { timeout } of [...earlier, own]) if (waiting.has(timeout.id)) run(timeout);
}

function run(timeout) {
  const { handle } = waiting.get(timeout.id);
  engine.clearTimeout(handle);
  waiting.delete(timeout.id);
  if (timeout.interval) timeout.refresh();
  try {
    timeout.work(...timeout.given);
  } catch (thrown) {
    console.error(`a timer failed: ${thrown?.stack ?? thrown}`);
  }
}

function stop(timer) {
  const id = Number(timer);
  const entry = waiting.get(id);
  if (entry === undefined) return;
  engine.clearTimeout(entry.handle);
  waiting.delete(id);
}

export function mendTimers() {
  const setImmediate = (work, ...given) => globalThis.setTimeout(work, 0, ...given);
  missing(globalThis, { setImmediate, clearImmediate: (timer) => globalThis.clearTimeout(timer) });
  // Node.js needs none of the rest.
  if (globalThis.process?.release?.name === "node") return;
  engine = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout };
  const mended = {
    setTimeout: (work, delay, ...given) => new Timeout(work, delay, given, false),
    setInterval: (work, delay, ...given) => new Timeout(work, Math.max(1, Number(delay) || 0), given, true),
    clearTimeout: stop,
    clearInterval: stop,
  };
  for (const [name, value] of Object.entries(mended)) Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
}
