// When the code of a route file outside its functions runs.

import assert from "node:assert/strict";
import { it } from "node:test";

import { moduleOf, touched } from "../src/module.js";

function counted(work) {
  const loads = { count: 0 };
  const route = moduleOf((module) => {
    loads.count += 1;
    module.exports = work();
  });
  return { loads, route };
}

it("code that only computes runs once, ahead of every request", () => {
  const { loads, route } = counted(() => ({ a: new Date(0).getTime() + 1 }));
  assert.equal(loads.count, 1);
  assert.deepEqual([route(), route()], [{ a: 1 }, { a: 1 }]);
  assert.equal(loads.count, 1);
});

const impure = [
  ["the time", () => Date.now()],
  ["the date", () => new Date()],
  ["the date as text", () => Date()],
  ["chance", () => Math.random()],
  ["random bytes", () => crypto.getRandomValues(new Uint8Array(1))],
  ["a UUID", () => crypto.randomUUID()],
  ["a timer", () => clearTimeout(setTimeout(() => {}, 0))],
  ["a variable", () => touched()],
];
for (const [what, work] of impure) {
  it(`code that asks for ${what} runs anew in each instance`, () => {
    const { loads, route } = counted(work);
    assert.equal(loads.count, 1);
    route();
    assert.equal(loads.count, 2);
    route();
    assert.equal(loads.count, 2);
  });
}

it("code that fails by itself fails the build; code that asked first fails when it is asked again", () => {
  const fail = () => {
    throw new Error("boom");
  };
  assert.throws(() => moduleOf(fail), /boom/);
  const { route } = counted(() => {
    Date.now();
    fail();
  });
  assert.throws(route, /boom/);
});

it("nothing is left of the watch", () => {
  const before = [Date, Date.now, Math.random, globalThis.fetch];
  moduleOf(() => {});
  assert.deepEqual([Date, Date.now, Math.random, globalThis.fetch], before);
});
