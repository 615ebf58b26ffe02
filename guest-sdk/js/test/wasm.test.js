// An engine's state, taken out of one binary and set into another.

import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { snapshotOf } from "../build/snapshot.mjs";
import * as wasm from "../build/wasm.mjs";

const PREAMBLE = Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
/** One memory of a page, exported as `memory`; one global; "abc" at 16. */
const SECTIONS = [
  { id: wasm.MEMORY, content: Uint8Array.from([1, 0, 1]) },
  { id: wasm.GLOBAL, content: wasm.globalsOf([7]) },
  { id: wasm.EXPORT, content: Uint8Array.from([1, 6, ...new TextEncoder().encode("memory"), 2, 0]) },
  { id: wasm.DATA, content: wasm.dataOf(0, [{ offset: 16, bytes: new TextEncoder().encode("abc") }]) },
];
const contentOf = (binary, kind) => wasm.sectionsOf(binary).find(({ id }) => id === kind).content;

describe("an engine", () => {
  const engine = wasm.moduleOf(PREAMBLE, SECTIONS);

  it("is taken apart and put together as it was", () => {
    assert.deepEqual(wasm.moduleOf(engine, wasm.sectionsOf(engine)), engine);
    assert.equal(wasm.countGlobals(contentOf(engine, wasm.GLOBAL)), 1);
    assert.equal(wasm.countActiveSegments(contentOf(engine, wasm.DATA)), 1);
  });

  it("exports its globals where asked, and not what is dropped", async () => {
    const content = wasm.exportsWith(contentOf(engine, wasm.EXPORT), { dropped: ["memory"], added: [{ name: "g", index: 0 }] });
    const changed = wasm.moduleOf(engine, SECTIONS.map((each) => (each.id === wasm.EXPORT ? { ...each, content } : each)));
    const { instance } = await WebAssembly.instantiate(changed);
    assert.deepEqual(Object.keys(instance.exports), ["g"]);
    assert.equal(instance.exports.g.value, 7);
  });

  for (const value of [0, 1, -1, 63, 64, -64, -65, 2 ** 31 - 1, -(2 ** 31)]) {
    it(`begins with a global of ${value}`, async () => {
      const content = wasm.exportsWith(contentOf(engine, wasm.EXPORT), { added: [{ name: "g", index: 0 }] });
      const state = { [wasm.EXPORT]: content, [wasm.GLOBAL]: wasm.globalsOf([value]) };
      const sections = SECTIONS.map((each) => ({ ...each, content: state[each.id] ?? each.content }));
      const { instance } = await WebAssembly.instantiate(wasm.moduleOf(engine, sections));
      assert.equal(instance.exports.g.value, value);
    });
  }

  it("begins with the memory of its snapshot", async () => {
    const memory = new WebAssembly.Memory({ initial: 3 });
    const before = new Uint8Array(memory.buffer);
    for (const [at, value] of [[0, 1], [9, 2], [5_000, 3], [65_535, 4], [65_536, 5], [3 * 65_536 - 1, 6]]) before[at] = value;
    const { pages, segments } = snapshotOf(memory.buffer);
    assert.equal(segments.length, 4);
    const state = {
      [wasm.MEMORY]: wasm.memoryOf(contentOf(engine, wasm.MEMORY), pages),
      [wasm.DATA]: wasm.dataOf(1, segments),
    };
    const sections = SECTIONS.map((each) => ({ ...each, content: state[each.id] ?? each.content }));
    const { instance } = await WebAssembly.instantiate(wasm.moduleOf(engine, sections));
    assert.deepEqual(new Uint8Array(instance.exports.memory.buffer), before);
  });
});

describe("what a snapshot cannot hold is refused", () => {
  for (const [name, read] of [
    ["a constant global", () => wasm.countGlobals(Uint8Array.from([1, 0x7f, 0, 0x41, 0, 0x0b]))],
    ["a global of 64 bits", () => wasm.countGlobals(Uint8Array.from([1, 0x7e, 1, 0x42, 0, 0x0b]))],
    ["a passive segment", () => wasm.countActiveSegments(Uint8Array.from([1, 1, 0]))],
    ["two memories", () => wasm.memoryOf(Uint8Array.from([2, 0, 1, 0, 1]), 1)],
    ["a memory with a maximum", () => wasm.memoryOf(Uint8Array.from([1, 1, 1, 2]), 1)],
    ["half a binary", () => wasm.sectionsOf(Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 0x80]))],
  ]) {
    it(name, () => assert.throws(read));
  }
});
