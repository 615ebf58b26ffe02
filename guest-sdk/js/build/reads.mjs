/** What a bundler reads for a route, told while it reads: of a bundle that fails it would tell nothing. */

import { extname, join, relative, resolve } from "node:path";

/** What an import may leave out, as the bundler adds it. */
const ENDINGS = [".tsx", ".ts", ".jsx", ".js", ".json", "/index.tsx", "/index.ts", "/index.jsx", "/index.js"];

/** Where `@/` leads in the sites that Next.js starts. */
const ALIASED = ["", "src"];

/** The files of one route, whatever becomes of it. */
export class Reads {
  #site;
  #files = new Set();

  constructor(site) {
    this.#site = site;
  }

  /** Files that were read, and those that an import could have meant, relative to the site. */
  files() {
    return [...this.#files].map((file) => relative(this.#site, file));
  }

  /** It resolves and loads nothing itself. */
  plugin = {
    name: "routelet-reads",
    setup: (build) => {
      build.onLoad({ filter: /.*/, namespace: "file" }, ({ path }) => void this.#files.add(path));
      build.onResolve({ filter: /^\.{1,2}\// }, ({ path, resolveDir }) => this.#couldMean(resolve(resolveDir, path)));
      build.onResolve({ filter: /^@\// }, ({ path }) => {
        for (const folder of ALIASED) this.#couldMean(join(this.#site, folder, path.slice(2)));
      });
    },
  };

  #couldMean(path) {
    if (path.includes("/node_modules/")) return;
    for (const ending of ENDINGS) this.#files.add(path + ending);
    // A folder is no file, and may hold the whole site.
    if (extname(path) !== "") this.#files.add(path);
    // An import of the file that a compiler would make stands for its source.
    if (path.endsWith(".js")) this.#files.add(path.replace(/\.js$/, ".ts"));
  }
}
