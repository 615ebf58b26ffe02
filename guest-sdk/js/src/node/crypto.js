/** `node:crypto`, as webhook handlers use it: digests, HMACs, random values, a comparison in constant time. */

import { hmac } from "@noble/hashes/hmac.js";
import { md5, sha1 } from "@noble/hashes/legacy.js";
import { sha224, sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import { Buffer } from "buffer";

const HASHES = { md5, sha1, sha224, sha256, sha384, sha512 };

/** Bytes that can be read once, after which the digest is gone, as node has it. */
class Digest {
  #state;

  constructor(state) {
    this.#state = state;
  }

  update(content, encoding) {
    if (this.#state === null) throw new Error("Digest already called");
    this.#state.update(bytesOf(content, encoding));
    return this;
  }

  digest(encoding) {
    if (this.#state === null) throw new Error("Digest already called");
    const bytes = Buffer.from(this.#state.digest());
    this.#state = null;
    return encoding === undefined || encoding === "buffer" ? bytes : bytes.toString(encoding);
  }
}

function bytesOf(content, encoding) {
  if (typeof content === "string") return Buffer.from(content, encoding ?? "utf8");
  if (content instanceof ArrayBuffer) return new Uint8Array(content);
  if (ArrayBuffer.isView(content)) return new Uint8Array(content.buffer, content.byteOffset, content.byteLength);
  throw new TypeError(`expected a string, a Buffer or a typed array, found ${typeof content}`);
}

function hashNamed(name) {
  const hash = HASHES[String(name).toLowerCase().replace("-", "")];
  if (hash === undefined) {
    throw new Error(`no digest "${name}"; expected one of ${Object.keys(HASHES).join(", ")}`);
  }
  return hash;
}

export function createHash(name) {
  return new Digest(hashNamed(name).create());
}

export function createHmac(name, key) {
  return new Digest(hmac.create(hashNamed(name), bytesOf(key)));
}

export function getHashes() {
  return Object.keys(HASHES);
}

/** Takes as long whether the values differ early, late or not at all. */
export function timingSafeEqual(one, other) {
  const [left, right] = [bytesOf(one), bytesOf(other)];
  if (left.length !== right.length) {
    throw new RangeError("Input buffers must have the same byte length");
  }
  let difference = 0;
  for (let at = 0; at < left.length; at++) difference |= left[at] ^ right[at];
  return difference === 0;
}

export function randomUUID() {
  return crypto.randomUUID();
}

/** The most that one call of the engine gives. */
const RANDOM_BYTES_MAX = 65_536;

export function randomBytes(size) {
  const bytes = Buffer.alloc(size);
  for (let at = 0; at < size; at += RANDOM_BYTES_MAX) {
    crypto.getRandomValues(bytes.subarray(at, Math.min(size, at + RANDOM_BYTES_MAX)));
  }
  return bytes;
}

export function randomInt(min, max) {
  const [low, high] = max === undefined ? [0, min] : [min, max];
  const range = high - low;
  if (!Number.isSafeInteger(range) || range <= 0) throw new RangeError(`no integer lies from ${low} to below ${high}`);
  const limit = Math.floor(2 ** 48 / range) * range;
  for (;;) {
    const value = randomBytes(6).readUIntBE(0, 6);
    if (value < limit) return low + (value % range);
  }
}

export function getRandomValues(into) {
  return crypto.getRandomValues(into);
}

const webcrypto = globalThis.crypto;
const subtle = webcrypto.subtle;
export { subtle, webcrypto };

export default {
  createHash,
  createHmac,
  getHashes,
  getRandomValues,
  randomBytes,
  randomInt,
  randomUUID,
  subtle,
  timingSafeEqual,
  webcrypto,
};
