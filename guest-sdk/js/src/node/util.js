/** `node:util`, as far as libraries for a web server use it. */

export function promisify(work) {
  return (...given) =>
    new Promise((resolve, reject) => {
      work(...given, (error, value) => (error ? reject(error) : resolve(value)));
    });
}

export function inherits(child, parent) {
  Object.setPrototypeOf(child.prototype, parent.prototype);
}

export function deprecate(work) {
  return work;
}

export function inspect(value) {
  if (typeof value === "string") return `'${value}'`;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}

export function format(first, ...rest) {
  if (typeof first === "string" && rest.length === 0) return first;
  if (typeof first !== "string") return [first, ...rest].map(inspect).join(" ");
  const text = first.replace(/%[sdifjoO%]/g, (mark) => {
    if (mark === "%%") return "%";
    if (rest.length === 0) return mark;
    const value = rest.shift();
    if (mark === "%s") return String(value);
    return mark === "%j" || mark === "%o" || mark === "%O" ? inspect(value) : String(Number(value));
  });
  return [text, ...rest.map((value) => (typeof value === "string" ? value : inspect(value)))].join(" ");
}

export function isDeepStrictEqual(one, other) {
  return inspect(one) === inspect(other);
}

const { TextDecoder, TextEncoder } = globalThis;
export { TextDecoder, TextEncoder };

export const types = {
  isPromise: (value) => value instanceof Promise,
  isDate: (value) => value instanceof Date,
  isRegExp: (value) => value instanceof RegExp,
  isUint8Array: (value) => value instanceof Uint8Array,
};

export default { TextDecoder, TextEncoder, deprecate, format, inherits, inspect, isDeepStrictEqual, promisify, types };
