/**
 * When the code of a route file outside its functions runs.
 *
 * A component is a snapshot taken at build time, so code that only computes may run then, once, and each instance
 * starts from its result. Code that asks for what a request or a server brings (variables, the time, randomness,
 * the network) must not: its answer would be the build machine's. It is run anew by each instance instead.
 */

/** What gives away that code asks for more than itself, as [object, property] pairs. */
const TELLTALES = [
  [() => globalThis, "fetch"],
  [() => globalThis, "setTimeout"],
  [() => globalThis, "setInterval"],
  [() => Math, "random"],
  [() => Date, "now"],
  [() => Crypto.prototype, "getRandomValues"],
  [() => Crypto.prototype, "randomUUID"],
  [() => Performance.prototype, "now"],
];

let watching = null;

/** Told by whatever is not among the globals above, `process.env` for one. */
export function touched() {
  if (watching !== null) watching.impure = true;
  return watching !== null;
}

/** The exports of the module that `load` evaluates: now if it only computes, else when they are first asked for. */
export function moduleOf(load) {
  const early = evaluateWatched(load);
  if (!early.impure) {
    if ("thrown" in early) throw early.thrown;
    return () => early.exports;
  }
  let late = null;
  return () => (late ??= { exports: evaluate(load) }).exports;
}

function evaluate(load) {
  const module = { exports: {} };
  load(module, module.exports);
  return module.exports;
}

function evaluateWatched(load) {
  const watch = (watching = { impure: false });
  const restore = [...TELLTALES.map(([owner, name]) => watchCall(owner(), name)), watchDate()];
  try {
    return Object.assign(watch, { exports: evaluate(load) });
  } catch (thrown) {
    return Object.assign(watch, { thrown });
  } finally {
    for (const undo of restore) undo();
    watching = null;
  }
}

function watchCall(owner, name) {
  const before = Object.getOwnPropertyDescriptor(owner, name);
  if (before === undefined) return () => {};
  const real = owner[name];
  Object.defineProperty(owner, name, {
    ...before,
    value(...given) {
      touched();
      return Reflect.apply(real, this, given);
    },
  });
  return () => Object.defineProperty(owner, name, before);
}

function watchDate() {
  const real = globalThis.Date;
  globalThis.Date = new Proxy(real, {
    construct(target, given, made) {
      if (given.length === 0) touched();
      return Reflect.construct(target, given, made === globalThis.Date ? target : made);
    },
    apply(target) {
      touched();
      return target();
    },
  });
  return () => {
    globalThis.Date = real;
  };
}
