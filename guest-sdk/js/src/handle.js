/** One request through one route module. It knows the web's types and no engine. */

import { headOf, isHeadFinal, ofThrown, sendable, told } from "./answer.js";
import { isStreamed } from "./engine.js";
import { NextRequest } from "./next/request.js";
import { leave, within } from "./scope.js";

/**
 * Answers `incoming` with the export named like its method; GET answers HEAD too where there is no HEAD.
 *
 * @param {Record<string, unknown>} route the exports of the route file
 * @param {Request} incoming
 * @param {Record<string, string | string[]>} params
 * @returns {Promise<{ response: Response, done: Promise<void> }>} `done` once the response is finished and what
 *   `after` was given has run
 */
export async function handle(route, incoming, params) {
  const request = NextRequest.of(incoming);
  const method = request.method === "HEAD" && route.HEAD === undefined ? "GET" : request.method;
  return within(request, async (scope) => {
    const returned = await answered(route[method], request, params, method);
    const { response, end } = outgoing(returned, scope);
    return { response, done: end.then(() => runAfter(scope)) };
  });
}

async function answered(handler, request, params, method) {
  try {
    if (typeof handler !== "function") throw new TypeError(`the route exports no function ${method}`);
    return sendable(await handler(request, { params: Promise.resolve(params) }), method);
  } catch (thrown) {
    return ofThrown(thrown, method);
  }
}

/** The response as it is sent, and when its body has been handed on to the last byte. */
function outgoing(returned, scope) {
  const isWatched = returned.body !== null && (isStreamed(returned) || scope.after.length > 0);
  if (!isWatched) {
    const isAsIs = isHeadFinal(returned, scope.cookies);
    const response = isAsIs ? returned : new Response(returned.body, headOf(returned, scope.cookies));
    return { response, end: Promise.resolve() };
  }
  let flush;
  const end = new Promise((resolve) => (flush = resolve));
  const body = returned.body.pipeThrough(new TransformStream({ flush }));
  return { response: new Response(body, headOf(returned, scope.cookies)), end };
}

/** In the order they were given, none waiting for another; what they add meanwhile runs too. */
async function runAfter(scope) {
  scope.phase = "after";
  while (scope.after.length > 0) {
    await Promise.all(scope.after.splice(0).map(run));
  }
  leave();
}

async function run(work) {
  try {
    await work();
  } catch (thrown) {
    console.error(`after failed: ${told(thrown)}`);
  }
}
