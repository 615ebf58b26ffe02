/** The custom section `routelet` of a component: what the host may know of it without running it. */

import { joined, leb128, section as sectionWith } from "./wasm.mjs";

const NAME = new TextEncoder().encode("routelet");
/** The id of custom sections, in components as in core modules. */
const CUSTOM = 0;

/** `component` with the section appended. */
export function stamped(component, section) {
  const payload = new TextEncoder().encode(JSON.stringify({ version: 1, ...section }));
  return joined([component, sectionWith(CUSTOM, joined([leb128(NAME.length), NAME, payload]))]);
}
