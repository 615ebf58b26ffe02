/** What the author of a route has to know and no client: said once by each instance, on standard error. */

import { touched } from "./module.js";

const said = new Set();

/** Says it, unless it was said before. What is evaluated at build time is evaluated again later, and says it then. */
export function notice(text) {
  if (touched() || said.has(text)) return;
  said.add(text);
  console.warn(text);
}
