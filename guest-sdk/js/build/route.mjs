/** One route file to one component. */

import { mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";

import { componentize } from "@bytecodealliance/componentize-js";

import { bundle, runtime } from "./bundle.mjs";
import { METHODS, readOptions } from "./options.mjs";
import { stamped } from "./section.mjs";

/** Why a route became no component: what its author has to mend, as the bundler would say it. */
export class RouteError extends Error {
  /** @param {Finding[]} findings */
  constructor(findings) {
    super(findings.map(({ text }) => text).join("\n"));
    this.findings = findings;
  }
}

/**
 * @typedef {{ text: string, file: string | null, line: number | null, column: number | null, lineText: string }} Finding
 *
 * @param {object} job
 * @param {string} job.site the site, absolute
 * @param {string} job.source the route file, relative to it
 * @param {string} job.wit the folder with the world `component`
 * @param {string} job.scratch a folder for what is needed meanwhile
 * @param {string} job.output where the component goes
 * @returns {Promise<{ inputs: string[], warnings: Finding[] }>} `inputs` are the files it was made of
 */
export async function buildRoute({ site, source, wit, scratch, output }) {
  const read = await optionsOf(site, source);
  const { code, inputs, warnings } = await attempt(source, () => bundle({ site, source: join(site, source) }));
  const component = await componentOf({ code, source, wit, scratch });
  await writeWhole(output, stamped(component, { methods: read.methods, ...read.options }));
  return { inputs, warnings: [...at(source, read.odd), ...warnings.map((each) => found(each, source))] };
}

async function optionsOf(site, source) {
  const text = await readFile(join(site, source), "utf8");
  const read = await attempt(source, () => readOptions(text, extname(source).slice(1)));
  if (read.wrong.length > 0) throw new RouteError(at(source, read.wrong));
  // What `export *` brings is known to the bundle alone; a method that is missing there answers 500 and says why.
  return read.opaque ? { ...read, methods: METHODS } : read;
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

async function componentOf({ code, source, wit, scratch }) {
  const folder = await mkdtemp(join(scratch, "route-"));
  try {
    const script = join(folder, "route.js");
    await writeFile(script, scriptOf(code, await runtime()));
    return (await componentize({ sourcePath: script, witPath: wit, worldName: "component" })).component;
  } catch (error) {
    throw new RouteError([{ text: evaluationText(error), file: source, line: null, column: null, lineText: "" }]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The bundle comes first, so that its lines are those of its source map, one further down. */
function scriptOf(code, runtime) {
  return `const evaluateRoute = (module, exports) => {\n${code}};\n${runtime}\nglobalThis[Symbol.for("routelet.serve")](evaluateRoute);\n`;
}

/** The engine's own words for what the file did when it was evaluated, without the noise around them. */
function evaluationText(error) {
  const lines = String(error.message).split("\n");
  const said = lines.filter((line) => !/^(Failed to initialize|Redirecting|Error: the `componentize|\s*\d: |Caused by)/.test(line));
  return `evaluating the file failed: ${said.join("\n").trim() || error.message}`;
}

/** A reader sees the old file or the new one, never a part. */
async function writeWhole(file, bytes) {
  const unfinished = `${file}.part`;
  await writeFile(unfinished, bytes);
  await rename(unfinished, file);
}
