/** A route module behind the fetch event of StarlingMonkey, the engine inside the component. */

import { params, pattern } from "routelet:route/context@0.2.0";
import { exit } from "wasi:cli/exit@0.2.10";

import { handle } from "./handle.js";
import { moduleOf } from "./module.js";
import { paramsOf } from "./params.js";
import { rehearse } from "./rehearsal.js";
import { traceBy } from "./trace.js";

/** Answers every request with the module that `load` evaluates, and tells of its errors by `map` and `places`. */
export async function serve(load, map, places) {
  traceBy(map, places);
  await rehearse(answer);
  const route = moduleOf(load);
  addEventListener("fetch", (event) => answer(route, event));
}

function answer(route, event) {
  const answering = handle(loaded(route), event.request, () => paramsOf(pattern(), params()));
  event.respondWith(answering.then(({ response }) => response));
  event.waitUntil(answering.then(({ done }) => done).then(cutIfBroken));
}

/** Only an instance that ends before its answer does tells the client that the rest will never come. */
function cutIfBroken({ isBroken }) {
  if (isBroken) exit({ tag: "err" });
}

/** A module that does not load is a handler that throws, whatever the method. */
function loaded(route) {
  try {
    return route();
  } catch (thrown) {
    const fail = () => {
      throw thrown;
    };
    return { GET: fail, HEAD: fail, POST: fail, PUT: fail, PATCH: fail, DELETE: fail, OPTIONS: fail };
  }
}
