/** How a property is put on an object of the engine. */

/** Methods, as classes of the web have them. */
export function methods(owner, defined) {
  for (const [name, value] of Object.entries(defined)) {
    Object.defineProperty(owner, name, { value, writable: true, configurable: true, enumerable: true });
  }
}

/** A value that is read by calling `get`. */
export function getter(owner, name, get) {
  Object.defineProperty(owner, name, { get, configurable: true, enumerable: true });
}

/** What is not there yet. */
export function missing(owner, defined) {
  for (const [name, value] of Object.entries(defined)) {
    if (owner[name] !== undefined) continue;
    Object.defineProperty(owner, name, { value, writable: true, configurable: true, enumerable: false });
  }
}

/** What `Object.prototype.toString` calls an instance. */
export function tag(name) {
  const { prototype } = globalThis[name] ?? {};
  if (prototype === undefined || prototype[Symbol.toStringTag] !== undefined) return;
  Object.defineProperty(prototype, Symbol.toStringTag, { value: name, configurable: true });
}
