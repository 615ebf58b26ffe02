/** One route file to one component. */

import { readFile, rename, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";

import { askedOfCache } from "./asked.mjs";
import { bundle, runtime } from "./bundle.mjs";
import { EvaluationError } from "./engine.mjs";
import { METHODS, readOptions } from "./options.mjs";
import { Reads } from "./reads.mjs";
import { stamped } from "./section.mjs";
import { mapped } from "../src/trace.js";

/** Why a route became no component: what its author has to mend, as the bundler would say it. */
export class RouteError extends Error {
  /** @param {Finding[]} findings */
  constructor(findings) {
    super(findings.map(({ text }) => text).join("\n"));
    this.findings = findings;
    /** The files it was made of so far, and those whose coming could mend it. */
    this.inputs = [];
  }
}

/**
 * @typedef {{ text: string, file: string | null, line: number | null, column: number | null, lineText: string }} Finding
 *
 * @param {object} job
 * @param {string} job.site the site, absolute
 * @param {string} job.source the route file, relative to it
 * @param {import("./engine.mjs").Engine} job.engine what runs it
 * @param {string} job.scratch a folder for what is needed meanwhile
 * @param {string} job.output where the component goes
 * @returns {Promise<{ inputs: string[], warnings: Finding[] }>} `inputs` are the files it was made of
 */
export async function buildRoute({ site, source, engine, scratch, output }) {
  const reads = new Reads(site);
  try {
    return await built({ site, source, engine, scratch, output, reads });
  } catch (error) {
    if (error instanceof RouteError) error.inputs = reads.files();
    throw error;
  }
}

async function built({ site, source, engine, scratch, output, reads }) {
  const read = await optionsOf(site, source);
  const { code, map, inputs, warnings } = await attempt(source, () => bundle({ site, source: join(site, source), reads }));
  const component = await componentOf({ code, map, places: placesOf(read, source), source, engine, scratch });
  await writeWhole(output, stamped(component, { methods: read.methods, ...read.options }));
  const asked = await askedOfCache(site, inputs);
  return { inputs, warnings: [...at(source, [...read.odd, ...read.unmet]), ...asked, ...warnings.map((each) => found(each, source))] };
}

async function optionsOf(site, source) {
  const text = await readFile(join(site, source), "utf8");
  const read = await attempt(source, () => readOptions(text, extname(source).slice(1)));
  if (read.wrong.length > 0) throw new RouteError(at(source, read.wrong));
  // What `export *` brings is known to the bundle alone; a method that is missing there answers 500 and says why.
  return read.opaque ? { ...read, methods: METHODS } : read;
}

/** Where each handler is declared, as the log names it. */
function placesOf({ methods, lines }, source) {
  const place = (line) => (typeof line === "number" ? `${source}:${line}` : source);
  return Object.fromEntries(methods.map((method) => [method, place(lines[method])]));
}

function at(source, findings) {
  return findings.map(({ text, line }) => ({ text, file: source, line, column: null, lineText: "" }));
}

/** What the bundler threw, with the places it named. */
async function attempt(source, work) {
  try {
    return await work();
  } catch (error) {
    if (!Array.isArray(error.errors)) throw error;
    throw new RouteError(error.errors.map((each) => found(each, source)));
  }
}

function found({ text, location }, source) {
  if (location === null) return { text, file: source, line: null, column: null, lineText: "" };
  const { file, line, column, lineText } = location;
  return { text, file: file === "<stdin>" ? source : file, line, column, lineText };
}

async function componentOf({ code, map, places, source, engine, scratch }) {
  try {
    return await engine.componentOf(scriptOf({ code, map, places, runtime: await runtime() }), scratch);
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    const text = mapped(error.message, map).trim() || error.cause.message;
    throw new RouteError([{ text: `evaluating the file failed: ${text}`, file: source, ...placeIn(text, source), lineText: "" }]);
  }
}

/** The bundle comes first, so that its lines are those of its source map, one further down. */
function scriptOf({ code, map, places, runtime }) {
  const start = `await globalThis[Symbol.for("routelet.serve")](evaluateRoute, ${JSON.stringify(map)}, ${JSON.stringify(places)});`;
  return `const evaluateRoute = (module, exports) => {\n${code}};\n${runtime}\n${start}\n`;
}

/** The first place in `source` that the engine's words name. */
function placeIn(text, source) {
  const line = text.split("\n").find((each) => each.includes(`${source}:`)) ?? "";
  const [number = null, column = null] = line.slice(line.indexOf(`${source}:`) + source.length + 1).split(/\D/).filter(Boolean).map(Number);
  return { line: number, column };
}

/** A reader sees the old file or the new one, never a part. */
async function writeWhole(file, bytes) {
  const unfinished = `${file}.part`;
  await writeFile(unfinished, bytes);
  await rename(unfinished, file);
}
