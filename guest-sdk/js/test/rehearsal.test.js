// What is answered while a component is built, so that no instance has to compile it.

import assert from "node:assert/strict";
import { it } from "node:test";

import "../src/engine.js";
import { handle } from "../src/handle.js";
import { rehearse } from "../src/rehearsal.js";

const answerWith = (params) => (route, event) => {
  const answering = handle(route(), event.request, params);
  event.respondWith(answering.then(({ response }) => response));
  event.waitUntil(answering.then(({ done }) => done));
};

it("runs what answers a request, the host's params among it", async () => {
  let asked = 0;
  await rehearse(answerWith(() => ({ asked: ++asked })));
  assert.equal(asked, 1);
});

it("fails the build where that fails", async (t) => {
  t.mock.method(console, "error", () => {});
  const params = () => {
    throw new Error("no host");
  };
  await assert.rejects(rehearse(answerWith(params)), /GET was rehearsed and answered 500/);
});
