/** `next/headers`: the head of the request being answered. */

import { HandlerCookies } from "../cookies.js";
import { scope } from "../scope.js";

/** The cookies: read from the request, written to the response. */
export async function cookies() {
  const here = scope("cookies");
  return (here.cookies ??= new HandlerCookies(here));
}

/** The header fields, to be read only. */
export async function headers() {
  return readOnly(scope("headers").request.headers);
}

/** Whether the request asks for a draft; there is no cache that it could bypass yet. */
export async function draftMode() {
  scope("draftMode");
  const refuse = (api) => () => {
    throw new Error(`\`draftMode().${api}()\` is not offered by routelet yet`);
  };
  return { isEnabled: false, enable: refuse("enable"), disable: refuse("disable") };
}

const CHANGES = new Set(["set", "append", "delete"]);

function readOnly(target) {
  return new Proxy(target, {
    get(headers, name) {
      if (CHANGES.has(name)) {
        return () => {
          throw new Error("Headers cannot be modified. Read more: https://nextjs.org/docs/app/api-reference/functions/headers");
        };
      }
      const value = headers[name];
      return typeof value === "function" ? value.bind(headers) : value;
    },
  });
}
