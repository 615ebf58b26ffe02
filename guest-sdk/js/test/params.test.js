// What the host captured, as a handler knows it.

import assert from "node:assert/strict";
import { it } from "node:test";

import { paramsOf } from "../src/params.js";

const rows = [
  ["/", [], {}],
  ["/users/[id]", [{ name: "id", values: ["42"] }], { id: "42" }],
  ["/docs/[...path]", [{ name: "path", values: ["a"] }], { path: ["a"] }],
  ["/docs/[...path]", [{ name: "path", values: ["a", "b/c"] }], { path: ["a", "b/c"] }],
  ["/shop/[[...slug]]", [], {}],
  ["/shop/[[...slug]]", [{ name: "slug", values: ["x"] }], { slug: ["x"] }],
  ["/[a]/[...b]", [{ name: "a", values: ["1"] }, { name: "b", values: ["2"] }], { a: "1", b: ["2"] }],
];

for (const [pattern, captured, expected] of rows) {
  it(`${pattern} with ${JSON.stringify(captured)}`, () => {
    assert.deepEqual(paramsOf(pattern, captured), expected);
  });
}
