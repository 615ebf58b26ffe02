// The package as npm publishes it: what builds routes needs nothing else, and what is promised is there.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, readdir } from "node:fs/promises";
import { builtinModules } from "node:module";
import { relative } from "node:path";
import { before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import * as esbuild from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const manifest = JSON.parse(await readFile(new URL("../package.json", import.meta.url), "utf8"));
const below = async (folder) =>
  (await readdir(`${root}${folder}`, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, `${entry.parentPath ?? entry.path}/${entry.name}`));

/** Where Node.js and bundles come in. */
const ENTRIES = ["build/driver.mjs", "build/injected.js", "src/runtime.js", "src/engine/normalize.js", "src/intl/intl.js"];

let packed;
let graph;
before(async () => {
  const listed = await promisify(execFile)("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], { cwd: root });
  packed = JSON.parse(listed.stdout)[0].files.map(({ path }) => path);
  const shims = (await below("src/node")).filter((file) => file.endsWith(".js"));
  const options = { bundle: true, platform: "node", format: "esm", packages: "external", external: ["routelet:*", "wasi:*"], metafile: true, write: false };
  const built = await esbuild.build({ ...options, entryPoints: [...ENTRIES, ...shims], absWorkingDir: root, outdir: "out" });
  graph = built.metafile.inputs;
});

describe("what is published", () => {
  it("holds every file that a build reads", () => {
    const missing = Object.keys(graph).filter((file) => !packed.includes(file));
    assert.deepEqual(missing, []);
  });

  it("is all of the sources and types, the README and the license, and no tests", async () => {
    const wanted = [...(await below("build")), ...(await below("src")), ...(await below("types")), "LICENSE", "README.md", "package.json"];
    assert.deepEqual([...packed].sort(), wanted.sort());
  });

  it("depends on every package that is imported", () => {
    const imported = Object.values(graph).flatMap(({ imports }) => imports.filter(({ external }) => external).map(({ path }) => path));
    const names = imported.filter((path) => !/^(node:|routelet:|wasi:)/.test(path)).map(packageOf);
    const missing = [...new Set(names)].filter((name) => !(name in manifest.dependencies) && !builtinModules.includes(name));
    assert.deepEqual(missing, []);
  });

  it("pins each of them, as its lock file does", async () => {
    const lock = JSON.parse(await readFile(new URL("../package-lock.json", import.meta.url), "utf8"));
    for (const [name, version] of Object.entries(manifest.dependencies)) assert.equal(lock.packages[`node_modules/${name}`].version, version, name);
    assert.deepEqual(lock.packages[""].dependencies, manifest.dependencies);
  });

  it("has a file behind every export, its types among them", async () => {
    const targets = Object.values(manifest.exports).flatMap((target) => (typeof target === "string" ? [target] : Object.values(target)));
    const missing = targets.map((target) => target.slice(2)).filter((target) => !packed.some((file) => matches(target, file)));
    assert.deepEqual(missing, []);
  });
});

describe("what types promise is exported", () => {
  const MODULES = { "build.d.ts": "build/route.mjs", "engine.d.ts": "build/engine.mjs", "runtime.d.ts": "src/runtime.js" };
  for (const name of ["cache", "headers", "navigation", "server"]) MODULES[`next/${name}.d.ts`] = `src/next/${name}.js`;
  for (const [types, module] of Object.entries(MODULES)) {
    it(types, async () => {
      const declared = await readFile(`${root}types/${types}`, "utf8");
      const names = [...declared.matchAll(/^export declare (?:abstract )?(?:class|function|const) (\w+)/gm)].map(([, name]) => name);
      const options = { entryPoints: [`${root}${module}`], format: "esm", metafile: true, write: false, outdir: "/" };
      const [{ exports }] = Object.values((await esbuild.build(options)).metafile.outputs);
      assert.ok(names.length > 0);
      // A type of what is made elsewhere, and never by a route.
      assert.deepEqual(names.filter((name) => !exports.includes(name) && name !== "NextURL"), []);
    });
  }
});

function packageOf(path) {
  return path.split("/").slice(0, path.startsWith("@") ? 2 : 1).join("/");
}

function matches(target, file) {
  const [before, behind = null] = target.split("*");
  return behind === null ? file === target : file.startsWith(before) && file.endsWith(behind);
}
