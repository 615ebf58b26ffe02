// What route files ask of a cache that is not there: said at build where it can be read, and by each instance.

import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it, mock } from "node:test";

import { askedIn } from "../build/asked.mjs";
import "../src/engine.js";
import * as cache from "../src/next/cache.js";
import { within } from "../src/scope.js";

const rows = [
  ["a directive of the file", "'use cache'\nexport const a = 1", 1, /^"use cache" is not acted on yet: nothing is kept/],
  ["a directive of a function", "const a: number = 1\n\nasync function f() {\n  'use cache: remote'\n}\nf()", 4, /^"use cache: remote" is not acted on/],
  ["a tag that is marked stale", "import { revalidateTag } from 'next/cache'\nrevalidateTag('a')", 1, /`revalidateTag` has nothing to do yet/],
  ["a path that is marked stale", "import { revalidatePath as mark } from 'next/cache'\nmark('/')", 1, /`revalidatePath` has nothing/],
  ["a function that is kept", "import { unstable_cache } from 'next/cache.js'\nexport const f = unstable_cache(async () => 1)", 1, /`unstable_cache` keeps nothing yet/],
  ["how long it is kept", "import { cacheLife } from 'next/cache'\ncacheLife('days')", 1, /`cacheLife` has nothing to do yet/],
  ["a period of fetch", "\nawait fetch(url, { next: { revalidate: 60 } })", 2, /`fetch` keeps no answers yet/],
  ["a tag of fetch", "await fetch(url, { next: { tags: ['a'] } })", 1, /`fetch` keeps no answers yet/],
  ["an answer of fetch that is kept", "await fetch(url, { cache: 'force-cache' })", 1, /`fetch` keeps no answers yet/],
];

const silent = [
  ["text", "export const a = 'say use cache or next/cache'"],
  ["what is done already", "import { unstable_noStore } from 'next/cache'\nunstable_noStore()"],
  ["fetch as it is", "await fetch(url, { cache: 'no-store', method: 'POST' })\nawait fetch(url)\nawait fetch(url, { next: { revalidate: 0 } })"],
];

describe("read in a file", () => {
  for (const [what, text, line, expected] of rows) {
    it(what, async () => {
      const found = await askedIn(text, "app/lib/a.ts");
      assert.equal(found.length, 1, JSON.stringify(found));
      assert.match(found[0].text, expected);
      assert.deepEqual([found[0].file, found[0].line], ["app/lib/a.ts", line]);
    });
  }

  for (const [what, text] of silent) it(`${what} is nothing`, async () => assert.deepEqual(await askedIn(text, "a.ts"), []));
});

describe("said by an instance", () => {
  const said = [];
  beforeEach(() => {
    said.length = 0;
    mock.method(console, "warn", (line) => said.push(line));
  });
  afterEach(() => mock.restoreAll());

  const asking = {
    revalidateTag: () => cache.revalidateTag("a", "max"),
    revalidatePath: () => cache.revalidatePath("/"),
    cacheLife: () => cache.cacheLife("hours"),
    cacheTag: () => cache.cacheTag("a"),
    unstable_cache: cache.unstable_cache(async () => 1),
    fetch: () => fetch("data:,a", { next: { revalidate: 60 } }),
  };
  for (const [name, ask] of Object.entries(asking)) {
    it(`${name}, once`, async () => {
      await within(new Request("http://a/"), async () => {
        await ask();
        await ask();
      });
      assert.equal(said.length, 1, JSON.stringify(said));
      assert.match(said[0], new RegExp(`^\`${name}\` .* yet`));
    });
  }

  it("and nothing of what is done already", async () => {
    await within(new Request("http://a/"), async () => cache.unstable_noStore());
    await fetch("data:,a", { cache: "no-store", next: { revalidate: 0 } });
    await fetch("data:,a");
    assert.deepEqual(said, []);
  });
});
