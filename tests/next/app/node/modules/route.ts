import { AsyncLocalStorage } from "node:async_hooks";
import { EventEmitter } from "node:events";
import path from "node:path";
import querystring from "node:querystring";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath, URL as NodeURL } from "node:url";
import util, { format, inspect, isDeepStrictEqual, promisify, types } from "node:util";
import assert from "node:assert";

import { answering } from "@/lib/cases";

export const GET = answering({
  store: async () => {
    const store = new AsyncLocalStorage<string>();
    const inside = await store.run("kept", async () => {
      await Promise.resolve();
      return store.getStore();
    });
    return [inside, store.getStore() ?? null];
  },
  promisify: async () => promisify((value: number, done: (error: null, value: number) => void) => done(null, value + 1))(1),
  format: () => [format("%s is %d", "a", 1), format("%j", { a: 1 }), format("a", "b", 1)],
  inspect: () => [inspect("a"), inspect(1), inspect(null), inspect(undefined), inspect(true)],
  equal: () => [isDeepStrictEqual({ a: [1] }, { a: [1] }), isDeepStrictEqual({ a: 1 }, { a: 2 })],
  types: () => [types.isPromise(Promise.resolve()), types.isDate(new Date()), util.types.isRegExp(/x/)],
  url: () => [new NodeURL("https://a/b").pathname, fileURLToPath("file:///a%20b")],
  immediate: () => new Promise((resolve) => setImmediate(resolve, "later")),
  tick: () => new Promise((resolve) => process.nextTick(resolve, "next")),
  events: () => {
    const seen: unknown[] = [];
    const emitter = new EventEmitter();
    emitter.on("a", (value) => seen.push(value)).once("a", () => seen.push("once"));
    emitter.emit("a", 1);
    emitter.emit("a", 2);
    return [seen, emitter.emit("b"), emitter.listenerCount("a")];
  },
  path: () => [path.join("/a", "../b", "c.txt"), path.basename("/a/b.txt", ".txt"), path.extname("x.tar.gz"), path.dirname("/a/b"), path.resolve("/a", "b"), path.posix.sep],
  query: () => [querystring.parse("a=1&b=2&a=3"), querystring.stringify({ a: [1, 2], b: "ü" })],
  wait: async () => wait(1, "waited"),
  assert: () => assert.equal(1, 2),
  process: () => [process.version.startsWith("v"), typeof process.uptime(), typeof process.hrtime.bigint(), process.env.NODE_ENV],
  global: () => [typeof global, global === globalThis],
});
