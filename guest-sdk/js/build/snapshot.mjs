/** The memory of an engine that has evaluated a script, as segments that put it there again. It runs nothing. */

const PAGE_BYTES = 65536;
/** Fewer zeroes than that are kept: a segment of its own would cost more, and there may not be very many of them. */
const GAP_BYTES = 256;
const WORD_BYTES = 8;

/**
 * @param {ArrayBuffer} memory
 * @returns {{ pages: number, segments: { offset: number, bytes: Uint8Array }[] }} the segments are copies
 */
export function snapshotOf(memory) {
  const segments = [];
  for (const [start, end] of runs(new BigUint64Array(memory))) {
    segments.push({ offset: start * WORD_BYTES, bytes: new Uint8Array(memory.slice(start * WORD_BYTES, end * WORD_BYTES)) });
  }
  return { pages: memory.byteLength / PAGE_BYTES, segments };
}

/** Where there is something else than zeroes, as [start, end[. */
function* runs(words) {
  let start = -1;
  let last = -1;
  for (let at = 0; at < words.length; at += 1) {
    if (words[at] === 0n) continue;
    if (start === -1) start = at;
    else if (at - last > GAP_BYTES / WORD_BYTES) {
      yield [start, last + 1];
      start = at;
    }
    last = at;
  }
  if (start !== -1) yield [start, last + 1];
}
