/**
 * `Intl`, and the methods that stand on it, for an engine without tables: English alone, dates in UTC alone. Anything
 * else is refused by a RangeError that names it. Bundled with the routes that name any of it.
 */

import "../engine/normalize.js";
import { DateTimeFormat } from "./dates.js";
import { LOCALE, supported } from "./locale.js";
import { NumberFormat } from "./numbers.js";
import { Collator, ListFormat, PluralRules, RelativeTimeFormat } from "./words.js";

const callable = (Class) => new Proxy(Class, { apply: (_, __, given) => new Class(...given) });

function refused(name) {
  return class {
    constructor() {
      throw new RangeError(`Intl.${name} is not offered to a route handler`);
    }
  };
}

export const intl = {
  Collator: callable(Collator),
  DateTimeFormat: callable(DateTimeFormat),
  ListFormat,
  NumberFormat: callable(NumberFormat),
  PluralRules,
  RelativeTimeFormat,
  DisplayNames: refused("DisplayNames"),
  DurationFormat: refused("DurationFormat"),
  Locale: refused("Locale"),
  Segmenter: refused("Segmenter"),
  getCanonicalLocales: (locales) => [locales ?? []].flat().map(String),
  supportedValuesOf: (key) => (key === "timeZone" ? ["UTC"] : []),
  supportedLocalesOf: supported,
};

/** What `toLocaleString` and its like give, by the class they belong to. */
export const methods = [
  [Number, "toLocaleString", (value, locales, options) => new NumberFormat(locales, options).format(value)],
  [BigInt, "toLocaleString", (value, locales, options) => new NumberFormat(locales, options).format(value)],
  [Date, "toLocaleString", (value, locales, options) => dated(value, locales, options, "all")],
  [Date, "toLocaleDateString", (value, locales, options) => dated(value, locales, options, "date-only")],
  [Date, "toLocaleTimeString", (value, locales, options) => dated(value, locales, options, "time")],
  [String, "localeCompare", (value, other, locales, options) => new Collator(locales, options).compare(value, other)],
];

function dated(date, locales, options, defaults) {
  if (Number.isNaN(date.getTime())) return "Invalid Date";
  return new DateTimeFormat(locales ?? LOCALE, options ?? {}, defaults).format(date);
}

if (globalThis.Intl === undefined) {
  Object.defineProperty(globalThis, "Intl", { value: intl, writable: true, configurable: true });
  for (const [{ prototype }, name, work] of methods) {
    const value = function (...given) {
      return work(this.valueOf === undefined || this instanceof Date ? this : this.valueOf(), ...given);
    };
    Object.defineProperty(prototype, name, { value, writable: true, configurable: true });
  }
}
