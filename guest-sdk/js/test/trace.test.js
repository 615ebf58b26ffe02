// Traces of the built script, told in the files that were written.

import assert from "node:assert/strict";
import { it } from "node:test";

import * as esbuild from "esbuild";

import { mapped, segmentsOf } from "../src/trace.js";

const SOURCE = `interface Order { id: number }

export async function GET(): Promise<Response> {
  const order: Order | null = null;
  return Response.json(order!.id);
}
`;

const built = await esbuild.transform(SOURCE, { loader: "ts", format: "cjs", sourcemap: "external", sourcefile: "app/route.ts" });
const map = JSON.parse(built.map);
/** As the engine counts: the bundle begins on the second line of the script. */
const lineOf = (text) => built.code.split("\n").findIndex((line) => line.includes(text)) + 2;

it("names the line and the column that its author wrote", () => {
  const column = built.code.split("\n")[lineOf("order.id") - 2].indexOf("order.id") + 1;
  const trace = `GET@route.js:${lineOf("order.id")}:${column}\nhandle@/route.js:${lineOf("order.id")}:${column}`;
  assert.equal(mapped(trace, map), "GET@app/route.ts:5:24\nhandle@app/route.ts:5:24");
});

it("leaves out what its author did not write, and keeps what names no place", () => {
  const last = built.code.split("\n").length + 100;
  assert.equal(mapped(`Error: no\nanswered@route.js:${last}:3\nat the end`, map), "Error: no\nat the end");
});

it("reads a map in the order of the built text", () => {
  const segments = [...segmentsOf("AAAA,IAAI;;ECCD,Q;A")];
  const rows = segments.map(({ line, column, source, originalLine, originalColumn }) => [line, column, source, originalLine, originalColumn]);
  assert.deepEqual(rows, [
    [1, 1, 0, 1, 1],
    [1, 5, 0, 1, 5],
    [3, 3, 1, 2, 4],
  ]);
});
