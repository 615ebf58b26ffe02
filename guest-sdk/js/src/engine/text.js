/** Text: `atob` and `btoa` fail as they should, `base64url` in buffers, and how a date calls the time zone. */

import { Buffer } from "buffer";

export function mendText() {
  for (const name of ["atob", "btoa"]) mendBase64(name);
  if (!Buffer.isEncoding("base64url")) mendBuffer();
  mendDates();
}

function mendBase64(name) {
  const engine = globalThis[name];
  const mended = (text) => {
    try {
      return engine(text);
    } catch (thrown) {
      if (!(thrown instanceof RangeError)) throw thrown;
      throw new DOMException(`what ${name} was given is ${name === "atob" ? "no base64" : "beyond Latin-1"}`, "InvalidCharacterError");
    }
  };
  Object.defineProperty(globalThis, name, { value: mended, writable: true, configurable: true });
}

const isUrl = (encoding) => String(encoding).toLowerCase() === "base64url";
const plain = (encoding) => (isUrl(encoding) ? "base64" : encoding);

/** Reading takes both alphabets already. */
function mendBuffer() {
  const { from, byteLength, isEncoding } = Buffer;
  const { toString, write, fill, indexOf, includes } = Buffer.prototype;
  Buffer.from = (value, encoding, ...rest) => from(value, plain(encoding), ...rest);
  Buffer.byteLength = (value, encoding) => byteLength(value, plain(encoding));
  Buffer.isEncoding = (encoding) => isUrl(encoding) || isEncoding(encoding);
  Buffer.prototype.toString = function (encoding, ...rest) {
    const text = toString.call(this, plain(encoding), ...rest);
    return isUrl(encoding) ? text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "") : text;
  };
  for (const [name, engine] of Object.entries({ write, fill, indexOf, includes })) {
    Buffer.prototype[name] = function (...given) {
      return engine.apply(this, given.map(plain));
    };
  }
}

const ZONE = /\((?:UTC|GMT)\)$/;

function mendDates() {
  for (const name of ["toString", "toTimeString"]) {
    const engine = Date.prototype[name];
    const value = function () {
      return engine.call(this).replace(ZONE, "(Coordinated Universal Time)");
    };
    Object.defineProperty(Date.prototype, name, { value, writable: true, configurable: true });
  }
}
