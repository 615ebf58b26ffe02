// The examples of the README: each route file is served, and each command prints what it promises.

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { STATUS_CODES } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it, mock } from "node:test";

import { served } from "./site.js";

const text = await readFile(new URL("../README.md", import.meta.url), "utf8");
const examples = [...text.matchAll(/```ts\n\/\/ (app\/\S+)\n([^]+?)```\n\n```console\n([^]+?)```/g)];

let folder;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "routelet-readme-"));
  mock.method(console, "log", () => {});
});
after(() => rm(folder, { recursive: true, force: true }));

it("every example has its commands", () => {
  assert.equal(examples.length, text.match(/```ts\n/g).length);
  assert.ok(examples.length >= 4);
});

for (const [, file, source, commands] of examples) {
  describe(file, () => {
    const env = {};
    const turns = commands.split(/^\$ /m).filter(Boolean).map((turn) => turn.split("\n"));
    let ask;
    before(async () => (ask = await served(folder, file, source)));
    for (const [command, ...promised] of turns) {
      it(command, async () => {
        const words = wordsOf(command);
        if (words[0] === "export") return void Object.assign(env, Object.fromEntries([words[1].split("=")]));
        const { request, isHeadShown } = requestOf(words);
        const printed = await shown(await ask(request, env), isHeadShown);
        const wanted = promised.filter(Boolean);
        if (isHeadShown) for (const line of wanted) assert.ok(printed.includes(line), `${line} is not in\n${printed.join("\n")}`);
        else assert.deepEqual(printed.filter(Boolean), wanted);
      });
    }
  });
}

/** As a shell splits a command. */
function wordsOf(command) {
  return [...command.matchAll(/'([^']*)'|\S+/g)].map(([word, quoted]) => quoted ?? word);
}

/** As far as the README uses curl. */
function requestOf([program, ...words]) {
  assert.equal(program, "curl");
  const { url, method = "GET", headers = [], body, isHeadShown = false } = words.reduce(option, { words: [...words] });
  return { request: new Request(url, { method, headers, body }), isHeadShown };
}

function option(read, word, at, words) {
  const next = words[at + 1];
  if (word === "-i") return { ...read, isHeadShown: true };
  if (word === "-X") return { ...read, method: next };
  if (word === "-d") return { ...read, body: next };
  if (word === "-H") return { ...read, headers: [...(read.headers ?? []), next.split(": ")] };
  return word.startsWith("http") ? { ...read, url: word } : read;
}

async function shown(response, isHeadShown) {
  const head = [`HTTP/1.1 ${response.status} ${STATUS_CODES[response.status]}`, ...[...response.headers].map(([name, value]) => `${name}: ${value}`)];
  const body = (await response.text()).split("\n");
  return isHeadShown ? [...head, ...body] : body;
}
