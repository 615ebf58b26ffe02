/**
 * Regular expressions with `\p{..}`, which the engine's regular expressions do not know since it holds no tables of
 * Unicode: each is written out as the ranges it stands for, as this Node.js knows them. Other literals stay.
 */

import { parse } from "acorn";

/** The code with its literals written out; lines stay where they are. */
export function withoutProperties(code) {
  if (!/\\[pP]\{/.test(code)) return code;
  const literals = [];
  const onToken = (token) => token.type.label === "regexp" && literals.push(token);
  parse(code, { ecmaVersion: "latest", sourceType: "script", allowReturnOutsideFunction: true, onToken });
  let written = "";
  let at = 0;
  for (const { start, end, value } of literals) {
    written += code.slice(at, start) + literal(value, code.slice(start, end));
    at = end;
  }
  return written + code.slice(at);
}

function literal({ pattern, flags }, text) {
  // Under `v` a property may stand for sequences, which no class can hold.
  if (!flags.includes("u") || !/\\[pP]\{/.test(pattern)) return text;
  return `/${expanded(pattern)}/${flags}`;
}

function expanded(pattern) {
  let isInClass = false;
  return pattern.replace(/\\(?:([pP])\{([^}]+)\}|[^])|[[\]]/g, (found, kind, property) => {
    if (found === "[") isInClass = true;
    if (found === "]") isInClass = false;
    if (kind === undefined) return found;
    const ranges = rangesOf(property, kind === "P");
    return isInClass ? ranges : `[${ranges}]`;
  });
}

const known = new Map();

function rangesOf(property, isNegated) {
  const name = `${isNegated ? "P" : "p"}{${property}}`;
  if (!known.has(name)) known.set(name, scan(new RegExp(`^\\${name}$`, "u")));
  return known.get(name);
}

const LAST = 0x10ffff;

function scan(pattern) {
  const ranges = [];
  let first = -1;
  for (let point = 0; point <= LAST + 1; point++) {
    const matches = point <= LAST && pattern.test(String.fromCodePoint(point));
    if (matches && first < 0) first = point;
    if (matches || first < 0) continue;
    ranges.push(first === point - 1 ? shown(first) : `${shown(first)}-${shown(point - 1)}`);
    first = -1;
  }
  return ranges.join("");
}

function shown(point) {
  return `\\u{${point.toString(16)}}`;
}
