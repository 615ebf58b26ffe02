/** What `Intl` knows of English words: plurals, lists, spans of time, their order. */

import { LOCALE, checkLocale, option, supported } from "./locale.js";
import { NumberFormat } from "./numbers.js";

class Words {
  constructor(locales) {
    checkLocale(locales);
  }

  resolvedOptions() {
    return { locale: LOCALE };
  }

  static supportedLocalesOf(locales) {
    return supported(locales);
  }
}

export class PluralRules extends Words {
  #type;

  constructor(locales, options = {}) {
    super(locales);
    this.#type = option(options, "type", ["cardinal", "ordinal"], "cardinal");
  }

  select(count) {
    if (this.#type === "cardinal") return count === 1 ? "one" : "other";
    const [tens, ones] = [count % 100, count % 10];
    const isTeen = tens > 10 && tens < 14;
    return isTeen ? "other" : ({ 1: "one", 2: "two", 3: "few" }[ones] ?? "other");
  }
}

export class ListFormat extends Words {
  #word;

  constructor(locales, options = {}) {
    super(locales);
    option(options, "style", ["long"], "long");
    this.#word = option(options, "type", ["conjunction", "disjunction"], "conjunction") === "conjunction" ? "and" : "or";
  }

  format(list) {
    const items = [...list];
    const last = items.pop() ?? "";
    if (items.length < 2) return [...items, last].join(` ${this.#word} `);
    return `${items.join(", ")}, ${this.#word} ${last}`;
  }
}

const UNITS = "second minute hour day week month quarter year".split(" ");
const NEAR = {
  day: { "-1": "yesterday", 0: "today", 1: "tomorrow" },
  second: { 0: "now" },
};

export class RelativeTimeFormat extends Words {
  #isAuto;

  constructor(locales, options = {}) {
    super(locales);
    option(options, "style", ["long"], "long");
    this.#isAuto = option(options, "numeric", ["always", "auto"], "always") === "auto";
  }

  format(value, unit) {
    const name = String(unit).replace(/s$/, "");
    if (!UNITS.includes(name)) throw new RangeError(`"${unit}" is no unit of time`);
    const near = this.#isAuto ? nearby(Number(value), name) : undefined;
    if (near !== undefined) return near;
    const count = new NumberFormat().format(Math.abs(value));
    const many = `${count} ${name}${Math.abs(value) === 1 ? "" : "s"}`;
    return value < 0 || Object.is(value, -0) ? `${many} ago` : `in ${many}`;
  }
}

function nearby(value, name) {
  if (NEAR[name] !== undefined) return NEAR[name][value];
  if (["minute", "hour"].includes(name)) return value === 0 ? `this ${name}` : undefined;
  return { "-1": `last ${name}`, 0: `this ${name}`, 1: `next ${name}` }[value];
}

/** By letters first, then by their marks, then small before capital. */
export class Collator extends Words {
  constructor(locales, options = {}) {
    super(locales);
    const sensitivity = option(options, "sensitivity", ["base", "accent", "case", "variant"], "variant");
    const numeric = Boolean(options.numeric);
    this.compare = (one, other) => compared(String(one), String(other), sensitivity, numeric);
  }
}

function compared(one, other, sensitivity, numeric) {
  const [left, right] = [one, other].map((text) => text.normalize("NFD"));
  const base = (text) => text.replace(/[\u0300-\u036f]/g, "").toLowerCase();
  const marks = (text) => text.toLowerCase();
  const byLetter = ordered(base(left), base(right), numeric);
  if (byLetter !== 0 || sensitivity === "base") return byLetter;
  const byMark = sensitivity === "case" ? 0 : order(marks(left), marks(right));
  if (byMark !== 0 || sensitivity === "accent") return byMark;
  // In ASCII capitals come first, here they come last.
  return order(right, left);
}

function ordered(one, other, numeric) {
  if (!numeric) return weighed(one, other);
  const [left, right] = [one, other].map((text) => text.match(/\d+|\D+/g) ?? []);
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const [mine, theirs] = [left[at] ?? "", right[at] ?? ""];
    const isNumber = /^\d/.test(mine) && /^\d/.test(theirs);
    const found = isNumber ? Math.sign(Number(mine) - Number(theirs)) : weighed(mine, theirs);
    if (found !== 0) return found;
  }
  return 0;
}

/** White space, then marks, then digits, then letters. */
function weighed(one, other) {
  const key = (text) => Array.from(text, (letter) => `${/\s/.test(letter) ? 0 : /[0-9]/.test(letter) ? 2 : /[!-~]/.test(letter) && !/[a-z]/.test(letter) ? 1 : 3}${letter}`);
  const [left, right] = [key(one), key(other)];
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    if (left[at] !== right[at]) return order(left[at], right[at]);
  }
  return Math.sign(left.length - right.length);
}

function order(one, other) {
  return one < other ? -1 : one > other ? 1 : 0;
}
