// A route file served as a component serves it, by the bundle and the runtime that go into one, under Node.js.

import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

import { bundle, runtime } from "../build/bundle.mjs";

/** What a component is given by its host, to be set by whoever asks. */
const given = (globalThis.givenByHost = { pattern: "/", params: [], env: {} });
const HOST = {
  "routelet:route/context@0.2.0": "export const pattern = () => givenByHost.pattern, params = () => givenByHost.params;",
  "wasi:cli/environment@0.2.10": "export const getEnvironment = () => Object.entries(givenByHost.env);",
  "wasi:cli/exit@0.2.10": "export const exit = ({ tag }) => { throw new Error(`the instance ends: ${tag}`); };",
};

let listener = null;
globalThis.addEventListener = (_, added) => (listener = added);

/** Leaves `serve` where bundles find it. */
async function startRuntime(folder) {
  let text = await runtime();
  for (const [name, code] of Object.entries(HOST)) {
    const file = join(folder, `${name.replace(/\W/g, "-")}.mjs`);
    await writeFile(file, code);
    text = text.replaceAll(`"${name}"`, JSON.stringify(pathToFileURL(file).href));
  }
  const file = join(folder, "runtime.mjs");
  await writeFile(file, text);
  await import(pathToFileURL(file));
}

/** Writes a route file to the site in `folder` and asks it, path by path. */
export async function served(folder, file, text) {
  await mkdir(dirname(join(folder, file)), { recursive: true });
  await writeFile(join(folder, file), text);
  await startRuntime(folder);
  const { code, map } = await bundle({ site: folder, source: join(folder, file) });
  await globalThis[Symbol.for("routelet.serve")](new Function("module", "exports", code), map);
  const answering = listener;
  const pattern = dirname(file).replace(/^app/, "") || "/";
  return (request, env = {}) => {
    Object.assign(given, { pattern, params: paramsOf(pattern, new URL(request.url).pathname), env });
    const waits = [];
    return new Promise((respondWith) => answering({ request, respondWith, waitUntil: (work) => waits.push(work) }));
  };
}

function paramsOf(pattern, path) {
  const pieces = path.split("/");
  return pattern.split("/").flatMap((piece, at) => {
    const name = /^\[(\w+)\]$/.exec(piece)?.[1];
    return name === undefined ? [] : [{ name, values: [decodeURIComponent(pieces[at])] }];
  });
}
