/** One request through one route module. It knows the web's types and no engine. */

import { failed, headOf, isHeadFinal, ofThrown, sendable, told } from "./answer.js";
import { begun } from "./body.js";
import { isReplaced } from "./engine/bodies.js";
import { isStreamed } from "./engine/responses.js";
import { NextRequest } from "./next/request.js";
import { isOver, leave, within } from "./scope.js";

/**
 * Answers `incoming` with the export named like its method; GET answers HEAD too where there is no HEAD.
 *
 * @param {Record<string, unknown>} route the exports of the route file
 * @param {Request} incoming
 * @param {() => Record<string, string | string[]>} params asked of the host by what asks for them, which most do not
 * @returns {Promise<{ response: Response, done: Promise<{ isBroken: boolean }> }>} `done` once the response is
 *   finished and what `after` was given has run; of a body that is broken the rest never comes
 */
export async function handle(route, incoming, params) {
  const request = NextRequest.of(incoming);
  const method = request.method === "HEAD" && route.HEAD === undefined ? "GET" : request.method;
  return within(request, async (scope) => {
    const { returned, keepsCookies } = await answered(route[method], request, paramsIn(scope, params), method);
    const { response, end } = await outgoing(returned, keepsCookies ? scope.cookies : null, scope, method);
    const done = end.then(async (outcome) => {
      await runAfter(scope);
      return outcome;
    });
    return { response, done };
  });
}

/** The second argument of a handler. Once the request is over, the host would tell of the next one. */
function paramsIn(scope, read) {
  let params = null;
  return {
    get params() {
      return (params ??= isOver(scope) ? Promise.reject(new Error("`params` was asked for after the request")) : Promise.resolve(read()));
    },
    set params(changed) {
      params = changed;
    },
  };
}

async function answered(handler, request, context, method) {
  try {
    if (typeof handler !== "function") throw new TypeError(`the route exports no function ${method}`);
    const returned = await handler(request, context);
    return { returned: sendable(returned, method), keepsCookies: true };
  } catch (thrown) {
    return ofThrown(thrown, method, request);
  }
}

const WHOLE = Promise.resolve({ isBroken: false });

/** The response as it is sent, and when its body has been handed on to the last byte. */
async function outgoing(returned, cookies, scope, method) {
  const isWatched = (isStreamed(returned) || isReplaced(returned) || scope.after.length > 0) && returned.body !== null;
  if (!isWatched) {
    const response = isHeadFinal(returned, cookies) ? returned : new Response(returned.body, headOf(returned, cookies));
    return { response, end: WHOLE };
  }
  const { status, statusText, headers } = headOf(returned, cookies);
  try {
    const { body, end } = await begun(returned.body, (thrown) => console.error(`${method} failed: ${told(thrown)}`));
    return { response: new Response(body, { status, statusText, headers }), end };
  } catch (thrown) {
    return { response: failed(thrown, method), end: WHOLE };
  }
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
