/**
 * The engine that runs JavaScript inside a component, prepared once for all routes.
 *
 * A component differs from the next one in the memory of its engine alone. So what takes long (setting the bindings
 * of the world into the engine, and making a component of it) is done once, for an engine that has evaluated nothing,
 * and kept on disk. A route is then evaluated by the engine as V8 runs it, and its memory is set into that component.
 * Code of all routes is thereby the same byte for byte, which lets a host compile it once.
 */

import { createHash } from "node:crypto";
import { closeSync, openSync } from "node:fs";
import { mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { componentNew, metadataAdd, preview1AdapterReactorPath } from "@bytecodealliance/jco";

import { snapshotOf } from "./snapshot.mjs";
import * as wasm from "./wasm.mjs";

// Node.js calls its WASI experimental, on each start, to people who did not choose it.
process.removeAllListeners("warning");
const { WASI } = await import("node:wasi");

const COMPONENTIZE = dirname(dirname(fileURLToPath(import.meta.resolve("@bytecodealliance/componentize-js"))));
const FEATURES = ["stdio", "random", "clocks", "http", "fetch-event"];
const WORLD = "component";
/** Evaluates a script; nothing calls it later. */
const EVALUATE = "componentize.wizer";
/** What only makes sense before the script is evaluated. */
const DROPPED = [EVALUATE, "_initialize"];
const GLOBAL_NAME = (index) => `routelet:global-${index}`;
const WHOLE = "engine.json";

/** An engine ready to evaluate scripts. */
export class Engine {
  #module;
  #template;
  #bindings;
  #environment;
  #globals;

  constructor({ engine, template, bindings, imports, globals }) {
    this.#module = engine;
    this.#template = new Template(template);
    this.#bindings = bindings;
    this.#environment = environmentOf(imports);
    this.#globals = globals;
  }

  /**
   * The engine of the world in `wit`, from `folder` or put there.
   *
   * @param {string} wit the folder with the world `component`
   * @param {string} folder where engines are kept, one for each state of what they are made of
   */
  static async of(wit, folder) {
    const name = `engine-${await digestOf(wit)}`;
    const home = join(folder, name);
    const made = (await read(home)) ?? (await keep(home, await makeEngine(wit)));
    await dropOthers(folder, name);
    return new Engine({ ...made, engine: await WebAssembly.compile(made.engine) });
  }

  /**
   * The component that has evaluated `script`.
   *
   * @param {string} script
   * @param {string} scratch a folder for what is needed meanwhile
   * @throws {EvaluationError} the script threw, or what it left cannot answer requests
   */
  async componentOf(script, scratch) {
    const folder = await mkdtemp(join(scratch, "route-"));
    try {
      return this.#template.with(await this.#evaluated(script, folder));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async #evaluated(script, folder) {
    const words = join(folder, "words");
    const order = join(folder, "order");
    const root = join(folder, "root");
    await mkdir(root);
    await writeFile(join(root, "route.js"), script);
    await writeFile(join(root, "bindings.js"), this.#bindings);
    await writeFile(order, "--initializer-script-path /bindings.js --strip-path-prefix / /route.js");
    const [input, output] = [openSync(order, "r"), openSync(words, "w")];
    try {
      return await this.#run({ root, input, output });
    } catch (error) {
      throw new EvaluationError(await readFile(words, "utf8"), { cause: error });
    } finally {
      closeSync(input);
      closeSync(output);
    }
  }

  async #run({ root, input, output }) {
    const wasi = new WASI({
      version: "preview1",
      env: this.#environment,
      preopens: { "/": root },
      stdin: input,
      stdout: output,
      stderr: output,
    });
    const rehearsal = new Rehearsal();
    const instance = await WebAssembly.instantiate(this.#module, importsOf(this.#module, wasi, rehearsal));
    rehearsal.exports = instance.exports;
    wasi.initialize(instance);
    instance.exports[EVALUATE]();
    const snapshot = snapshotOf(instance.exports.memory.buffer);
    const globals = this.#globals.map((index) => instance.exports[GLOBAL_NAME(index)].value);
    const status = instance.exports.check_init();
    if (status !== 0) throw new Error(`the engine refuses its bindings: ${status}`);
    return { ...snapshot, globals };
  }
}

/** What the engine said before it gave up. */
export class EvaluationError extends Error {}

/** A component whose engine has evaluated nothing, in pieces. */
class Template {
  #component;
  #place;
  #core;
  #sections;
  #emptySegments;

  constructor(component) {
    const modules = wasm.sectionsOf(component).filter(({ id }) => id === wasm.CORE_MODULE);
    const largest = modules.reduce((one, other) => (other.content.length > one.content.length ? other : one));
    this.#component = component;
    this.#place = largest;
    this.#core = largest.content;
    this.#sections = wasm.sectionsOf(this.#core);
    this.#emptySegments = wasm.countActiveSegments(this.#sections.find(({ id }) => id === wasm.DATA).content);
  }

  /** The component with an engine in this state. */
  with({ pages, segments, globals }) {
    const state = {
      [wasm.MEMORY]: (content) => wasm.memoryOf(content, pages),
      [wasm.GLOBAL]: () => wasm.globalsOf(globals),
      [wasm.DATA_COUNT]: () => Uint8Array.from(wasm.leb128(this.#emptySegments + segments.length)),
      [wasm.DATA]: () => wasm.dataOf(this.#emptySegments, segments),
    };
    const sections = this.#sections.map(({ id, content }) => ({ id, content: state[id]?.(content) ?? content }));
    const core = wasm.moduleOf(this.#core, sections);
    const { start, end } = this.#place;
    const [before, behind] = [this.#component.subarray(0, start), this.#component.subarray(end)];
    return wasm.joined([before, wasm.section(wasm.CORE_MODULE, core), behind]);
  }
}

function environmentOf(imports) {
  const environment = { DEBUG: "", SOURCE_NAME: "route.js", EXPORT_CNT: "0", FEATURE_CLOCKS: "1" };
  for (const [index, [, name, count]] of imports.entries()) {
    environment[`IMPORT${index}_NAME`] = name;
    environment[`IMPORT${index}_ARGCNT`] = String(count);
  }
  return { ...environment, IMPORT_CNT: String(imports.length) };
}

/** What a script is told of the requests that it rehearses: `[id]` matched `1`. As the canonical ABI has it. */
class Rehearsal {
  exports = null;

  imports() {
    return {
      pattern: (result) => this.#words(result, this.#text("/[id]")),
      params: (result) => {
        const value = this.#allocated(8);
        this.#words(value, this.#text("1"));
        const param = this.#allocated(16);
        this.#words(param, [...this.#text("id"), value, 1]);
        this.#words(result, [param, 1]);
      },
    };
  }

  #allocated(bytes) {
    return this.exports.cabi_realloc(0, 0, 4, bytes);
  }

  #text(text) {
    const at = this.#allocated(text.length);
    new Uint8Array(this.exports.memory.buffer, at).set(Buffer.from(text));
    return [at, text.length];
  }

  #words(at, words) {
    new Uint32Array(this.exports.memory.buffer, at).set(words);
  }
}

/** A script has files and standard output while it is evaluated, and nothing else of what a component imports. */
function importsOf(module, wasi, rehearsal) {
  const imports = { wasi_snapshot_preview1: { ...wasi.wasiImport }, "routelet:route/context@0.2.0": rehearsal.imports() };
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    imports[from] ??= {};
    imports[from][name] ??= () => {
      throw new Error(`${from} ${name} is not there while a route is built`);
    };
  }
  return imports;
}

async function makeEngine(wit) {
  const { splicer } = await import(pathToFileURL(join(COMPONENTIZE, "lib/spidermonkey-embedding-splicer.js")));
  const bare = await readFile(join(COMPONENTIZE, "lib/starlingmonkey_embedding.wasm"));
  const spliced = splicer.spliceBindings(bare, FEATURES, undefined, wit, WORLD, false);
  if (spliced.exports.length > 0) throw new Error("the world exports more than requests");
  const sections = wasm.sectionsOf(spliced.wasm);
  const ofKind = (kind) => sections.find(({ id }) => id === kind).content;
  const globals = [...Array(wasm.countGlobals(ofKind(wasm.GLOBAL))).keys()];
  const withExports = (change) => {
    const changed = sections.map(({ id, content }) => ({ id, content: id === wasm.EXPORT ? wasm.exportsWith(content, change) : content }));
    return wasm.moduleOf(spliced.wasm, changed);
  };
  const core = splicer.stubWasi(withExports({ dropped: DROPPED }), FEATURES, undefined, wit, WORLD);
  const adapter = await readFile(preview1AdapterReactorPath());
  const template = await componentNew(core, [["wasi_snapshot_preview1", adapter]], false);
  return {
    engine: withExports({ added: globals.map((index) => ({ name: GLOBAL_NAME(index), index })) }),
    template: await metadataAdd(template, [["language", [["JavaScript", ""]]], ["processed-by", [["ComponentizeJS", await version()]]]]),
    bindings: spliced.jsBindings,
    imports: spliced.imports,
    globals,
  };
}

async function version() {
  return JSON.parse(await readFile(join(COMPONENTIZE, "package.json"), "utf8")).version;
}

/** Of everything an engine is made of: the packages, the world, and these modules. */
async function digestOf(wit) {
  const digest = createHash("sha256").update(await readFile(join(COMPONENTIZE, "package.json")));
  digest.update(await readFile(fileURLToPath(import.meta.resolve("@bytecodealliance/jco/component")), "utf8").catch(() => ""));
  for (const module of ["engine.mjs", "wasm.mjs"]) digest.update(await readFile(new URL(module, import.meta.url)));
  const files = await readdir(wit, { recursive: true, withFileTypes: true });
  const paths = files.filter((file) => file.isFile()).map((file) => join(file.parentPath ?? file.path, file.name));
  for (const path of paths.sort()) digest.update(path.slice(wit.length)).update(await readFile(path));
  return digest.digest("hex").slice(0, 32);
}

async function read(home) {
  try {
    const rest = JSON.parse(await readFile(join(home, WHOLE), "utf8"));
    const [engine, template] = [await readFile(join(home, "engine.wasm")), await readFile(join(home, "template.wasm"))];
    return { ...rest, engine, template };
  } catch {
    return null;
  }
}

/** Written aside and renamed: a reader sees all of it or nothing. */
async function keep(home, made) {
  const { engine, template, ...rest } = made;
  const unfinished = await mkdtemp(`${home}.part-`);
  await writeFile(join(unfinished, "engine.wasm"), engine);
  await writeFile(join(unfinished, "template.wasm"), template);
  await writeFile(join(unfinished, WHOLE), JSON.stringify(rest));
  await rename(unfinished, home).catch(() => rm(unfinished, { recursive: true, force: true }));
  return made;
}

/** Engines of other versions, each of them as large as a component. */
async function dropOthers(folder, name) {
  const found = await readdir(folder);
  const others = found.filter((each) => /^engine-[0-9a-f]+$/.test(each) && each !== name);
  for (const other of others) await rm(join(folder, other), { recursive: true, force: true });
}
