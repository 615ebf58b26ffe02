/** `node:querystring`: `a=1&a=2` to an object and back. */

export function escape(text) {
  return encodeURIComponent(text);
}

export function unescape(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return Buffer.from(text.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16))), "latin1").toString();
  }
}

/** No more pairs are read, unless one asks for them. */
const KEYS_MAX = 1000;

export function parse(text, separator = "&", equals = "=", { maxKeys = KEYS_MAX, decodeURIComponent: decode = unescape } = {}) {
  const parsed = Object.create(null);
  const pairs = String(text ?? "").split(separator).filter((pair) => pair !== "");
  for (const pair of maxKeys > 0 ? pairs.slice(0, maxKeys) : pairs) {
    const at = pair.indexOf(equals);
    const [name, value] = at < 0 ? [pair, ""] : [pair.slice(0, at), pair.slice(at + equals.length)];
    const [key, read] = [name, value].map((part) => decode(part.replaceAll("+", " ")));
    if (!(key in parsed)) parsed[key] = read;
    else parsed[key] = [parsed[key], read].flat();
  }
  return parsed;
}

export function stringify(values, separator = "&", equals = "=", { encodeURIComponent: encode = escape } = {}) {
  const shown = (value) => (["string", "number", "bigint", "boolean"].includes(typeof value) ? encode(String(value)) : "");
  const pairs = Object.entries(values ?? {}).flatMap(([name, value]) =>
    [value].flat().map((each) => `${encode(name)}${equals}${shown(each)}`),
  );
  return pairs.join(separator);
}

export { parse as decode, stringify as encode };

export default { decode: parse, encode: stringify, escape, parse, stringify, unescape };
