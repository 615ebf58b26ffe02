/**
 * `crypto.subtle`: digests and HMACs, whose keys the engine reads wrongly as JSON web keys and does not generate; all
 * else is refused by name.
 */

import { methods } from "./define.js";

const DIGESTS = new Set(["SHA-1", "SHA-256", "SHA-384", "SHA-512"]);
/** The block of each hash, which is how long a generated key is. */
const BLOCK_BYTES = { "SHA-1": 64, "SHA-256": 64, "SHA-384": 128, "SHA-512": 128 };
const OPERATIONS = "decrypt deriveBits deriveKey digest encrypt exportKey generateKey importKey sign unwrapKey verify wrapKey".split(" ");

const nameOf = (algorithm) => String(algorithm?.name ?? algorithm).toUpperCase();

function unsupported(operation, algorithm) {
  return new DOMException(`crypto.subtle.${operation} of ${nameOf(algorithm)} is not offered to a route handler`, "NotSupportedError");
}

export function mendCrypto() {
  const prototype = Object.getPrototypeOf(crypto.subtle);
  const engine = Object.fromEntries(OPERATIONS.map((name) => [name, prototype[name]]));
  if (engine.generateKey !== undefined) return;
  methods(prototype, {
    async digest(algorithm, bytes) {
      if (!DIGESTS.has(nameOf(algorithm))) throw unsupported("digest", algorithm);
      return engine.digest.call(this, algorithm, bytes);
    },
    async importKey(format, key, algorithm, isExtractable, usages) {
      // Of other keys the engine knows a little, and dies of some.
      if (nameOf(algorithm) !== "HMAC") throw unsupported("importKey", algorithm);
      const [as, bytes] = format === "jwk" ? ["raw", secretOf(key)] : [format, key];
      return engine.importKey.call(this, as, bytes, algorithm, isExtractable, usages);
    },
    async generateKey(algorithm, isExtractable, usages) {
      if (nameOf(algorithm) !== "HMAC") throw unsupported("generateKey", algorithm);
      const length = algorithm.length === undefined ? BLOCK_BYTES[nameOf(algorithm.hash)] : algorithm.length / 8;
      const bytes = crypto.getRandomValues(new Uint8Array(length));
      return engine.importKey.call(this, "raw", bytes, algorithm, isExtractable, usages);
    },
  });
  for (const name of OPERATIONS.filter((name) => prototype[name] === undefined)) {
    methods(prototype, {
      async [name](first, second) {
        throw unsupported(name, name === "exportKey" ? second?.algorithm : first);
      },
    });
  }
}

function secretOf({ kty, k }) {
  if (kty !== "oct" || typeof k !== "string") throw new DOMException('expected a key of type "oct" with its "k"', "DataError");
  return Uint8Array.from(atob(k.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
}
