/**
 * What the files of a route ask of a cache, which is not there yet: said when the route is built, since nobody else
 * would notice. It reads files without running them, and packages not at all: what they ask is said when they run.
 */

import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";

import { parse } from "acorn";
import * as esbuild from "esbuild";

import { UNDONE } from "../src/next/undone.js";
import { lineIn } from "./lines.mjs";

const SCRIPT = /^\.[cm]?[jt]sx?$/;
/** Most files ask for nothing, and are not parsed. */
const MENTION = /["'`]use cache|next\/cache|\bfetch\b/;

/**
 * @param {string} site absolute
 * @param {string[]} inputs files of a bundle, relative to it
 * @returns {Promise<import("./route.mjs").Finding[]>}
 */
export async function askedOfCache(site, inputs) {
  const own = inputs.filter((input) => SCRIPT.test(extname(input)) && !/(^|\/)node_modules\//.test(input));
  const found = await Promise.all(own.map(async (input) => askedIn(await readFile(join(site, input), "utf8"), input)));
  return found.flat();
}

/** @param {string} text the contents of `file` */
export async function askedIn(text, file) {
  if (!MENTION.test(text)) return [];
  const loader = extname(file).slice(1).replace(/^[cm]/, "");
  const { code, map } = await esbuild.transform(text, { loader, format: "esm", target: "es2022", sourcemap: "external" });
  const program = parse(code, { ecmaVersion: "latest", sourceType: "module", locations: true });
  const line = lineIn(JSON.parse(map));
  // No map tells of the directives of a file.
  const place = (node) => line(node) ?? text.split("\n").findIndex((each) => each.includes(node.directive)) + 1;
  return [...nodesIn(program)].flatMap((node) => askedBy(node).map((said) => ({ text: said, file, line: place(node), column: null, lineText: "" })));
}

/** Every node of a program, in the order they are written in. */
function* nodesIn(node) {
  yield node;
  for (const part of Object.values(node).flat()) {
    if (typeof part?.type === "string") yield* nodesIn(part);
  }
}

function askedBy(node) {
  if (node.directive?.startsWith("use cache")) return [`"${node.directive}" is not acted on yet: nothing is kept, what it stands in runs each time`];
  if (node.type === "ImportDeclaration" && /^next\/cache(\.js)?$/.test(node.source.value)) return node.specifiers.flatMap(imported);
  if (node.type === "CallExpression" && node.callee.name === "fetch") return fetched(node.arguments[1]);
  return [];
}

function imported({ imported: name }) {
  const missing = UNDONE[name?.name ?? name?.value];
  return missing === undefined ? [] : [missing];
}

/** An answer that `fetch` is told to keep. */
function fetched(init) {
  const option = (of, name) => of?.properties?.find(({ key }) => (key?.name ?? key?.value) === name)?.value;
  const [next, cache] = [option(init, "next"), option(init, "cache")];
  const isKept = (next !== undefined && option(next, "revalidate")?.value !== 0) || cache?.value === "force-cache";
  return isKept ? [UNDONE.fetch] : [];
}
