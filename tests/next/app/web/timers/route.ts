import { answering } from "@/lib/cases";

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export const GET = answering({
  order: async () => {
    const seen: string[] = [];
    setTimeout(() => seen.push("second"), 8);
    setTimeout(() => seen.push("first"), 1);
    queueMicrotask(() => seen.push("micro"));
    await Promise.resolve().then(() => seen.push("promise"));
    await pause(30);
    return seen;
  },
  arguments: () => new Promise((resolve) => setTimeout((a, b) => resolve([a, b]), 1, "x", 2)),
  cleared: async () => {
    let ran = false;
    clearTimeout(setTimeout(() => (ran = true), 1));
    await pause(5);
    return ran;
  },
  interval: () =>
    new Promise((resolve) => {
      let times = 0;
      const timer = setInterval(() => {
        if (++times < 3) return;
        clearInterval(timer);
        resolve(times);
      }, 1);
    }),
  unref: () => {
    const timer = setTimeout(() => {}, 1);
    return [typeof timer.unref, timer.hasRef?.()];
  },
  abort: () => {
    const controller = new AbortController();
    const seen: string[] = [];
    controller.signal.addEventListener("abort", (event) => seen.push(event.type));
    controller.abort();
    return [seen, controller.signal.aborted, controller.signal.reason.name];
  },
  reason: () => {
    const controller = new AbortController();
    controller.abort("why");
    return controller.signal.reason;
  },
  throws: () => AbortSignal.abort().throwIfAborted(),
  timeout: async () => {
    const signal = AbortSignal.timeout(1);
    await pause(20);
    return [signal.aborted, signal.reason?.name];
  },
  any: () => {
    const one = new AbortController();
    const any = AbortSignal.any([one.signal, new AbortController().signal]);
    one.abort("first");
    return [any.aborted, any.reason];
  },
  race: async () => Promise.race([pause(200).then(() => "slow"), pause(1).then(() => "fast")]),
  settled: async () => (await Promise.allSettled([Promise.resolve(1), Promise.reject(new Error("x"))])).map(({ status }) => status),
  first: () => Promise.any([Promise.reject(new Error("x")), Promise.resolve(2)]),
  "no-first": () => Promise.any([Promise.reject(new Error("x"))]),
  clone: () => {
    const map = structuredClone({ map: new Map([["a", new Set([1])]]), date: new Date(0), bytes: new Uint8Array([1]), nested: { list: [1, , 3] } });
    return [[...map.map.get("a")!], map.date.toISOString(), map.bytes, map.nested.list.length];
  },
  "clone-function": () => structuredClone(() => 1),
  "clone-cycle": () => {
    const circle: { self?: unknown } = {};
    circle.self = circle;
    const copy = structuredClone(circle);
    return [copy.self === copy, copy !== circle];
  },
  "clone-error": () => structuredClone(new RangeError("far")).name,
  now: () => [typeof performance.now(), Date.now() > 1.7e12, typeof performance.timeOrigin],
  "fetch-abort": () => fetch("http://127.0.0.1:9/", { signal: AbortSignal.abort() }),
});
