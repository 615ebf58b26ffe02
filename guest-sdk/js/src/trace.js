/**
 * Places in the built script to places in the files its author wrote (ECMA-426). It is asked only when something
 * failed, so nothing of a map is decoded before.
 */

/**
 * @typedef {{ sources: string[], mappings: string }} Map of the bundle
 */

/** What the built script is called in the engine's traces. */
const SCRIPT = /\/?\broute\.js:(\d+):(\d+)/;
/** Lines of the script before the first of the bundle. */
const LINES_BEFORE = 1;

let mapOfRoute = null;
let placesOfMethods = {};

/**
 * From now on traces are told by this map.
 *
 * @param {Map | null} map
 * @param {Record<string, string>} places `file:line` of the handler of each method
 */
export function traceBy(map, places = {}) {
  mapOfRoute = map;
  placesOfMethods = places;
}

/** Where the handler of a method is declared, to be appended to a sentence; nothing where that is not known. */
export function placed(method) {
  return method in placesOfMethods ? ` (at ${placesOfMethods[method]})` : "";
}

/** The trace of an error, in the author's files; frames that are none of theirs are left out. */
export function told(trace) {
  return mapOfRoute === null ? trace : mapped(trace, mapOfRoute);
}

/** `text` with each place in the script replaced; lines that name a place outside of the bundle are left out. */
export function mapped(text, map) {
  const lines = text.split("\n").map((line) => mappedLine(line, map));
  return lines.filter((line) => line !== null).join("\n");
}

function mappedLine(line, map) {
  const found = SCRIPT.exec(line);
  if (found === null) return line;
  const place = placeOf(map, Number(found[1]) - LINES_BEFORE, Number(found[2]));
  return place && line.slice(0, found.index) + place + line.slice(found.index + found[0].length);
}

/** `file:line:column` of what stands at this place of the bundle, all of them from 1; null where nothing does. */
function placeOf({ sources, mappings }, line, column) {
  let nearest = null;
  for (const segment of segmentsOf(mappings)) {
    if (segment.line > line || (segment.line === line && segment.column > column)) break;
    if (segment.line === line) nearest = segment;
  }
  return nearest && `${sources[nearest.source]}:${nearest.originalLine}:${nearest.originalColumn}`;
}

/** What a map says, in the order of the built text; lines and columns from 1. */
export function* segmentsOf(mappings) {
  let [source, originalLine, originalColumn] = [0, 1, 1];
  for (const [index, group] of mappings.split(";").entries()) {
    let column = 1;
    for (const deltas of group.split(",").filter(Boolean).map(decode)) {
      column += deltas[0];
      if (deltas.length === 1) continue;
      source += deltas[1];
      originalLine += deltas[2];
      originalColumn += deltas[3];
      yield { line: index + 1, column, source, originalLine, originalColumn };
    }
  }
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** One segment: numbers in base 64, five bits at a time, the sign last. */
function decode(segment) {
  const numbers = [];
  let value = 0;
  let shift = 0;
  for (const letter of segment) {
    const digit = DIGITS.indexOf(letter);
    value |= (digit & 31) << shift;
    shift += 5;
    if (digit & 32) continue;
    numbers.push(value & 1 ? -(value >>> 1) : value >>> 1);
    value = 0;
    shift = 0;
  }
  return numbers;
}
