// Modules of Node.js that are bundled with the routes that import them, beside Node's own.

import assert from "node:assert/strict";
import querystring from "node:querystring";
import { describe, it } from "node:test";

import ours from "../src/node/assert.js";
import * as query from "../src/node/querystring.js";
import { setTimeout as wait } from "../src/node/timers-promises.js";

describe("querystring", () => {
  for (const text of ["a=1&b=2&a=3", "a=x+y&b=%C3%BC&c", "a=%zz&=1&&b=%", "", "a=b=c", "__proto__=1"]) {
    it(`reads ${JSON.stringify(text)} as node does`, () => assert.deepEqual(query.parse(text), querystring.parse(text)));
  }
  for (const values of [{ a: [1, "x y"], b: "ü", c: true, d: null, e: undefined, f: {} }, {}]) {
    it(`writes ${JSON.stringify(values)} as node does`, () => assert.equal(query.stringify(values), querystring.stringify(values)));
  }
});

describe("assert", () => {
  const failing = [
    () => ours(0),
    () => ours.equal(1, "1"),
    () => ours.deepEqual({ a: 1 }, { a: 2 }),
    () => ours.match("a", /b/),
    () => ours.throws(() => {}),
    () => ours.fail("so"),
  ];
  for (const work of failing) it(`${work} fails`, () => assert.throws(work, { name: "AssertionError", code: "ERR_ASSERTION" }));
  it("holds what holds", async () => {
    ours.ok(1);
    ours.equal(NaN, NaN);
    ours.notEqual(1, 2);
    ours.throws(() => ours.fail());
    await ours.rejects(Promise.reject(new Error("x")));
    await assert.rejects(ours.rejects(Promise.resolve()), { name: "AssertionError" });
  });
});

it("a promise of a timer is given up by its signal", async () => {
  assert.equal(await wait(1, "value"), "value");
  await assert.rejects(wait(60_000, null, { signal: AbortSignal.abort() }), { name: "AbortError" });
});
