/** The sections of a WebAssembly binary, taken apart and put together again. It knows what is in a few of them. */

/** Ids of sections in core modules, and of core modules among the sections of a component. */
export const MEMORY = 5;
export const GLOBAL = 6;
export const EXPORT = 7;
export const DATA = 11;
export const DATA_COUNT = 12;
export const CORE_MODULE = 1;

const PREAMBLE_BYTES = 8;
const I32 = 0x7f;
const MUTABLE = 1;
const I32_CONST = 0x41;
const END = 0x0b;

/**
 * @typedef {{ id: number, content: Uint8Array, start: number, end: number }} Section `start` is where its id stands
 * @param {Uint8Array} binary
 * @returns {Section[]}
 */
export function sectionsOf(binary) {
  const sections = [];
  const reader = new Reader(binary, PREAMBLE_BYTES);
  while (!reader.isAtEnd) {
    const start = reader.at;
    const id = reader.byte();
    const content = reader.bytes(reader.number());
    sections.push({ id, content, start, end: reader.at });
  }
  return sections;
}

/** A module with the preamble of `binary` and these sections. */
export function moduleOf(binary, sections) {
  return joined([binary.subarray(0, PREAMBLE_BYTES), ...sections.flatMap(({ id, content }) => [section(id, content)])]);
}

/** One section, with its head. */
export function section(id, content) {
  return joined([[id, ...leb128(content.length)], content]);
}

/** The exports of a module, without the functions named in `dropped` and with `added` mutable globals. */
export function exportsWith(content, { dropped = [], added = [] }) {
  const reader = new Reader(content);
  const kept = [];
  for (let left = reader.number(); left > 0; left -= 1) {
    const start = reader.at;
    const name = reader.text();
    reader.byte();
    reader.number();
    if (!dropped.includes(name)) kept.push(content.subarray(start, reader.at));
  }
  const globals = added.map(({ name, index }) => {
    const bytes = new TextEncoder().encode(name);
    return [...leb128(bytes.length), ...bytes, 3, ...leb128(index)];
  });
  return joined([leb128(kept.length + globals.length), ...kept, ...globals]);
}

/** How many globals the module defines; all of them have to be mutable `i32`, as the engine's are. */
export function countGlobals(content) {
  const reader = new Reader(content);
  const count = reader.number();
  for (let index = 0; index < count; index += 1) {
    const head = [reader.byte(), reader.byte(), reader.byte()];
    reader.signed();
    if (head[0] !== I32 || head[1] !== MUTABLE || head[2] !== I32_CONST || reader.byte() !== END) {
      throw new Error(`global ${index} of the engine is none that a snapshot can hold`);
    }
  }
  return count;
}

/** Globals with these values. */
export function globalsOf(values) {
  return joined([leb128(values.length), ...values.map((value) => [I32, MUTABLE, I32_CONST, ...signedLeb128(value), END])]);
}

/** The engine's one memory, beginning with `pages`. */
export function memoryOf(content, pages) {
  const reader = new Reader(content);
  if (reader.number() !== 1 || reader.byte() !== 0) throw new Error("the engine has a memory that a snapshot cannot hold");
  return joined([[1, 0], leb128(pages)]);
}

/** How many segments there are; all of them have to be written to memory at the start, as the engine's are. */
export function countActiveSegments(content) {
  const reader = new Reader(content);
  const count = reader.number();
  for (let index = 0; index < count; index += 1) {
    if (reader.number() !== 0 || reader.byte() !== I32_CONST) throw new Error(`segment ${index} of the engine is not active`);
    reader.signed();
    reader.byte();
    reader.bytes(reader.number());
  }
  return count;
}

/** `empty` segments whose numbers are taken, and `segments` of memory behind them. */
export function dataOf(empty, segments) {
  const parts = [leb128(empty + segments.length)];
  for (let index = 0; index < empty; index += 1) parts.push([1, 0]);
  for (const { offset, bytes } of segments) {
    parts.push([0, I32_CONST, ...signedLeb128(offset), END, ...leb128(bytes.length)], bytes);
  }
  return joined(parts);
}

/** As many bytes as it takes, seven bits in each. */
export function leb128(number) {
  const bytes = [];
  do {
    const rest = number >>> 7;
    bytes.push((number & 0x7f) | (rest === 0 ? 0 : 0x80));
    number = rest;
  } while (number !== 0);
  return bytes;
}

function signedLeb128(number) {
  const bytes = [];
  for (;;) {
    const byte = number & 0x7f;
    number >>= 7;
    if ((number === 0 && (byte & 0x40) === 0) || (number === -1 && (byte & 0x40) !== 0)) return [...bytes, byte];
    bytes.push(byte | 0x80);
  }
}

/** All parts in one piece. */
export function joined(parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

class Reader {
  constructor(bytes, at = 0) {
    this.source = bytes;
    this.at = at;
  }

  get isAtEnd() {
    return this.at >= this.source.length;
  }

  byte() {
    if (this.isAtEnd) throw new Error("a WebAssembly binary ends too early");
    return this.source[this.at++];
  }

  bytes(length) {
    this.at += length;
    return this.source.subarray(this.at - length, this.at);
  }

  text() {
    return new TextDecoder().decode(this.bytes(this.number()));
  }

  number() {
    let number = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      number |= (byte & 0x7f) << shift;
      if ((byte & 0x80) === 0) return number >>> 0;
    }
  }

  signed() {
    while ((this.byte() & 0x80) !== 0);
  }
}
