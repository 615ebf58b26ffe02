// A route file with what it imports, and imports that no component can hold.

import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";

import { bundle } from "../build/bundle.mjs";

let folder;
before(async () => (folder = await mkdtemp(join(tmpdir(), "routelet-bundle-"))));
after(() => rm(folder, { recursive: true, force: true }));

/** A site of its own with these files, and what bundling its route comes to. */
async function bundled(name, files) {
  const site = join(folder, name);
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(site, file)), { recursive: true });
    await writeFile(join(site, file), text);
  }
  return bundle({ site, source: join(site, "app/route.ts") });
}

const using = (from) => `import it from "${from}"\nexport const GET = () => new Response(it.name)\n`;
const NATIVE = "is native code, which no component can hold; use a package without it";

it("holds the packages it imports, and names the files it is made of", async () => {
  const files = { "app/route.ts": using("plain"), "node_modules/plain/index.js": "module.exports = { name: 'plain' }" };
  const { code, inputs } = await bundled("plain", files);
  assert.match(code, /name: ["']plain["']/);
  const own = inputs.filter((input) => !input.startsWith(".."));
  assert.deepEqual(own.sort(), ["app/route.ts", "node_modules/plain/index.js"]);
});

describe("refused by name", () => {
  const rows = {
    "a package that requires an addon": {
      files: {
        "app/route.ts": using("x"),
        "node_modules/x/index.js": "module.exports = require('./build/x.node')",
        "node_modules/x/build/x.node": "\x7fELF",
      },
      text: `"./build/x.node" in node_modules/x/index.js ${NATIVE}`,
      file: "node_modules/x/index.js",
    },
    "a package that is one": {
      files: {
        "app/route.ts": using("x"),
        "node_modules/x/package.json": '{ "name": "x", "main": "x.node" }',
        "node_modules/x/x.node": "\x7fELF",
      },
      text: `"x.node" in node_modules/x/x.node ${NATIVE}`,
      file: "app/route.ts",
    },
    "an addon that was not built": {
      files: { "app/route.ts": using("../lib/y.node") },
      text: `"../lib/y.node" in app/route.ts ${NATIVE}`,
      file: "app/route.ts",
    },
    "a module of Node.js that is not offered": {
      files: { "app/route.ts": using("node:fs") },
      text: /^"node:fs" is not offered to a route; expected one of next\/cache, /,
      file: "app/route.ts",
    },
    "what next/cache does not export": {
      files: { "app/route.ts": 'import { cacheForEver } from "next/cache"\nexport const GET = () => cacheForEver()\n' },
      text: /^No matching export in "routelet:next\/cache" for import "cacheForEver"$/,
      file: "app/route.ts",
    },
  };
  for (const [what, { files, text, file }] of Object.entries(rows)) {
    it(what, async () => {
      await assert.rejects(bundled(what, files), ({ errors }) => {
        assert.equal(errors.length, 1, JSON.stringify(errors));
        if (typeof text === "string") assert.equal(errors[0].text, text);
        else assert.match(errors[0].text, text);
        assert.equal(errors[0].location?.file, file);
        return true;
      });
    });
  }
});
