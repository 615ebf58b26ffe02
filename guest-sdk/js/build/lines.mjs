/** From code that had its types stripped back to the lines its author wrote. */

import { segmentsOf } from "../src/trace.js";

/** A function from a node of the stripped code to the line of the source it came from; null where no map tells. */
export function lineIn({ mappings }) {
  const lines = new Map();
  for (const { line, originalLine } of segmentsOf(mappings)) if (!lines.has(line)) lines.set(line, originalLine);
  return (node) => lines.get(node.loc.start.line) ?? null;
}
