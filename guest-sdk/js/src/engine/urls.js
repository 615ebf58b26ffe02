/** `URL.parse`, and what instances of some classes are called. */

import { missing, tag } from "./define.js";

export function mendURLs() {
  missing(URL, { parse, canParse: (url, base) => parse(url, base) !== null });
  for (const name of ["AbortController", "AbortSignal", "Blob", "File", "FormData", "Headers", "URL", "URLSearchParams"]) tag(name);
}

function parse(url, base) {
  try {
    return base === undefined ? new URL(url) : new URL(url, base);
  } catch {
    return null;
  }
}
