/** A route file and all it imports, bundled; types are stripped and not checked, as Next.js has it when it serves. */

import { builtinModules } from "node:module";
import { basename, dirname, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import * as esbuild from "esbuild";

import { withoutProperties } from "./patterns.mjs";
import { Reads } from "./reads.mjs";
import { bundledFile, offered, shimNamed, shimSource } from "./shims.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const COMMON = {
  bundle: true,
  platform: "neutral",
  mainFields: ["module", "main"],
  target: "es2022",
  write: false,
  logLevel: "silent",
};

/** What the engine lacks and few routes use: a file to bundle with those whose code says so. */
const ON_MENTION = [
  { mention: /\.normalize\b/, file: here("../src/engine/normalize.js") },
  { mention: /\bIntl\b|\.toLocale(Date|Time)?String\b|\.localeCompare\b/, file: here("../src/intl/intl.js") },
];

/**
 * The body of a function `(module, exports) => ..` that evaluates a route file.
 *
 * @param {{ site: string, source: string, reads?: Reads }} route absolute paths, and who is told
 *   what is read
 */
export async function bundle(route) {
  const plain = await bundleWith(route, []);
  const wanted = ON_MENTION.filter(({ mention }) => mention.test(plain.code)).map(({ file }) => file);
  return wanted.length === 0 ? plain : bundleWith(route, wanted);
}

async function bundleWith({ site, source, reads = new Reads(site) }, additions) {
  const result = await esbuild.build({
    ...COMMON,
    entryPoints: [source],
    absWorkingDir: site,
    format: "cjs",
    conditions: ["workerd", "edge-light", "worker", "import", "module", "default"],
    loader: { ".txt": "text" },
    define: { "process.env.NODE_ENV": '"production"', "process.env.NEXT_RUNTIME": '"nodejs"' },
    inject: [here("./injected.js"), ...additions],
    plugins: [reads.plugin, provided, refused],
    sourcemap: "external",
    sourcesContent: false,
    metafile: true,
    outfile: `${source}.bundle.js`,
  });
  const ending = (end) => result.outputFiles.find((file) => file.path.endsWith(end)).text;
  const isFile = (input) => !/^[a-z-]+:/.test(input);
  return {
    code: withoutProperties(ending(".bundle.js")),
    map: mapIn(site, dirname(source), JSON.parse(ending(".bundle.js.map"))),
    inputs: Object.keys(result.metafile.inputs).filter(isFile),
    warnings: result.warnings,
  };
}

/** The places of the bundle in files of the site; names and contents are not needed to tell them. */
function mapIn(site, folder, { sources, mappings }) {
  const named = (source) => (/^[a-z-]+:/.test(source) ? source : relative(site, resolve(folder, source)));
  return { sources: sources.map(named), mappings };
}

let bundledRuntime = null;

/** The runtime that every component holds; it leaves `serve` under a symbol. */
export function runtime() {
  return (bundledRuntime ??= bundleRuntime());
}

async function bundleRuntime() {
  const result = await esbuild.build({
    ...COMMON,
    stdin: {
      contents: `
        import { serve, shared } from "./runtime.js";
        globalThis[Symbol.for("routelet.shared")] = shared;
        globalThis[Symbol.for("routelet.serve")] = serve;
      `,
      resolveDir: here("../src"),
    },
    format: "esm",
    minifySyntax: true,
    minifyWhitespace: true,
    external: ["routelet:*", "wasi:*"],
  });
  return result.outputFiles[0].text;
}

/** The modules that the runtime brings. */
const provided = {
  name: "routelet-provided",
  setup(build) {
    build.onResolve({ filter: /^(node:)?[a-z_/]+(\.js)?$/ }, ({ path }) => {
      const name = shimNamed(path);
      if (name !== null) return { path: name, namespace: "routelet" };
      const file = bundledFile(path);
      return file === null ? undefined : { path: file };
    });
    build.onLoad({ filter: /.*/, namespace: "routelet" }, async ({ path }) => ({ contents: await shimSource(path) }));
    build.onResolve({ filter: /^server-only$/ }, () => ({ path: "server-only", namespace: "routelet-empty" }));
    build.onLoad({ filter: /.*/, namespace: "routelet-empty" }, () => ({ contents: "" }));
  },
};

/** What no component can have, named with a way out instead of "could not resolve". */
const refused = {
  name: "routelet-refused",
  setup(build) {
    build.onResolve({ filter: /^(node:|next(\/|$))/ }, ({ path }) => refuse(path));
    build.onResolve({ filter: /^[a-z_/0-9]+$/ }, ({ path }) => (builtinModules.includes(path) ? refuse(path) : undefined));
    build.onResolve({ filter: /\.node$/ }, ({ path, importer }) => native(path, importer, build.initialOptions.absWorkingDir));
    // What a package names as its entry comes by no name that ends so.
    build.onLoad({ filter: /\.node$/ }, ({ path }) => native(basename(path), path, build.initialOptions.absWorkingDir));
  },
};

function native(name, file, site) {
  const text = `"${name}" in ${relative(site, file)} is native code, which no component can hold; use a package without it`;
  return { errors: [{ text }] };
}

function refuse(path) {
  const known = offered.map((name) => (name.startsWith("next/") ? name : `node:${name}`)).sort();
  return { errors: [{ text: `"${path}" is not offered to a route; expected one of ${known.join(", ")}` }] };
}
