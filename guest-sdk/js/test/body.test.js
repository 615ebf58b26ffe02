// A body on its way out.

import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { begun } from "../src/body.js";

const breaking = (pieces) => {
  const left = [...pieces];
  return new ReadableStream({
    pull(controller) {
      if (left.length === 0) throw new Error("broken");
      controller.enqueue(left.shift());
    },
  });
};

describe("a body", () => {
  it("arrives whole and says that it ended", async () => {
    const { body, end } = await begun(ReadableStream.from(["a", "b", "c"]), assert.fail);
    assert.deepEqual(await collected(body), ["a", "b", "c"]);
    assert.deepEqual(await end, { isBroken: false });
  });

  it("may be empty", async () => {
    const { body, end } = await begun(ReadableStream.from([]), assert.fail);
    assert.deepEqual(await collected(body), []);
    assert.deepEqual(await end, { isBroken: false });
  });

  it("that breaks before it begins is no body", async () => {
    await assert.rejects(begun(breaking([]), assert.fail), /broken/);
  });

  it("that breaks later is told and never ends", async () => {
    const told = [];
    const { body, end } = await begun(breaking(["a"]), (thrown) => told.push(thrown.message));
    const reader = body.getReader();
    assert.equal((await reader.read()).value, "a");
    const next = reader.read().then(() => "ended");
    assert.deepEqual(await end, { isBroken: true });
    assert.equal(await Promise.race([next, Promise.resolve("waiting")]), "waiting");
    assert.deepEqual(told, ["broken"]);
  });

  it("that nobody wants any more is over", async () => {
    let reason = null;
    const stream = new ReadableStream({ pull: (to) => to.enqueue("x"), cancel: (why) => void (reason = why) });
    const { body, end } = await begun(stream, assert.fail);
    await body.cancel("gone");
    assert.deepEqual([await end, reason], [{ isBroken: false }, "gone"]);
  });
});

async function collected(body) {
  const pieces = [];
  for await (const piece of body) pieces.push(piece);
  return pieces;
}
