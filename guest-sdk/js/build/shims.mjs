/** Which modules a route file may import without having them installed, and what each exports. */

import { fileURLToPath } from "node:url";

import * as esbuild from "esbuild";

const source = (path) => fileURLToPath(new URL(`../src/${path}`, import.meta.url));

const FILES = {
  "next/cache": source("next/cache.js"),
  "next/headers": source("next/headers.js"),
  "next/navigation": source("next/navigation.js"),
  "next/server": source("next/server.js"),
  async_hooks: source("node/async_hooks.js"),
  buffer: fileURLToPath(import.meta.resolve("buffer/")),
  crypto: source("node/crypto.js"),
  process: source("node/process.js"),
  timers: source("node/timers.js"),
  url: source("node/url.js"),
  util: source("node/util.js"),
};

/** Modules that a route has only if it imports them; they are bundled with it. */
const BUNDLED = {
  assert: source("node/assert.js"),
  "assert/strict": source("node/assert.js"),
  events: fileURLToPath(import.meta.resolve("events/events.js")),
  path: fileURLToPath(import.meta.resolve("path-browserify")),
  "path/posix": fileURLToPath(import.meta.resolve("path-browserify")),
  querystring: source("node/querystring.js"),
  "timers/promises": source("node/timers-promises.js"),
};

/** The names of all of them. */
export const offered = [...Object.keys(FILES), ...Object.keys(BUNDLED)];

/** The name of the module that a specifier stands for, if it is one of them. */
export function shimNamed(specifier) {
  const name = specifier.replace(/^node:/, "").replace(/^(next\/\w+)\.js$/, "$1");
  return name in FILES ? name : null;
}

/** The file to be bundled for a specifier, if it is one of those. */
export function bundledFile(specifier) {
  return BUNDLED[specifier.replace(/^node:/, "")] ?? null;
}

const exported = new Map();

/** A module that hands on what the runtime shares under `name`, so that an unknown import is a build error. */
export async function shimSource(name) {
  const names = await exportsOf(name);
  const named = names.filter((each) => each !== "default");
  const lines = [`const shared = globalThis[Symbol.for("routelet.shared")]["${name}"];`];
  for (const each of named) lines.push(`export const ${each} = shared.${each};`);
  lines.push(`export default shared.default ?? shared;`);
  return lines.join("\n");
}

async function exportsOf(name) {
  if (!exported.has(name)) exported.set(name, read(name));
  return exported.get(name);
}

/** Names that CommonJS modules have and the bundler cannot read off. */
const COMMONJS = { buffer: ["Buffer", "Blob", "File", "atob", "btoa", "kMaxLength"] };

async function read(name) {
  if (name in COMMONJS) return COMMONJS[name];
  const { metafile } = await esbuild.build({
    entryPoints: [FILES[name]],
    format: "esm",
    metafile: true,
    write: false,
    outdir: "/",
  });
  return Object.values(metafile.outputs)[0].exports;
}
