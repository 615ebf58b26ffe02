// What a bundle that fails says of the files it was made of.

import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";

import { bundle } from "../build/bundle.mjs";
import { Reads } from "../build/reads.mjs";

/** The files of a route whose bundle fails, in a site with these files. */
async function readsOf(files) {
  const site = await mkdtemp(join(tmpdir(), "routelet-reads-"));
  try {
    for (const [file, text] of Object.entries(files)) {
      await mkdir(dirname(join(site, file)), { recursive: true });
      await writeFile(join(site, file), text);
    }
    const reads = new Reads(site);
    await assert.rejects(bundle({ site, source: join(site, "app/a/route.ts"), reads }));
    return reads.files();
  } finally {
    await rm(site, { recursive: true });
  }
}

describe("a bundle that fails", () => {
  it("names the file that is broken, however far away", async () => {
    const files = await readsOf({
      "app/a/route.ts": "import '../../lib/x'",
      "lib/x.ts": "import './y.js'",
      "lib/y.js": "this is no code",
    });
    for (const file of ["app/a/route.ts", "lib/x.ts", "lib/y.js"]) assert.ok(files.includes(file), `${file} in ${files}`);
  });

  it("names what an import could mean that leads nowhere", async () => {
    const files = await readsOf({ "app/a/route.ts": "import '../../lib/x'; import '@/lib/y'; import './z.js'" });
    for (const file of ["lib/x.ts", "lib/x/index.js", "lib/y.ts", "src/lib/y.tsx", "app/a/z.js", "app/a/z.ts"]) {
      assert.ok(files.includes(file), `${file} in ${files}`);
    }
  });

  it("never names a folder, which may hold the whole site", async () => {
    const files = await readsOf({ "app/a/route.ts": "import '../..'; import '../../'; import './'" });
    for (const folder of ["", ".", "..", "app", "app/a"]) assert.ok(!files.includes(folder), `${folder} in ${files}`);
  });
});
