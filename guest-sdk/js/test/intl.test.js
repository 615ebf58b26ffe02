// English numbers, dates and words, beside those of Node.js.

import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { intl, methods } from "../src/intl/intl.js";

const moment = new Date(Date.UTC(2026, 2, 4, 15, 6, 7, 89));
const shown = (options) => JSON.stringify(options);

describe("numbers", () => {
  const rows = [
    [{}, [0, -0, 1234567.891, 0.0005, 1e21, -12, NaN, Infinity, -Infinity, 12n, -1234n]],
    [{ style: "currency", currency: "USD" }, [1234.5, -0.005, 0]],
    [{ style: "currency", currency: "EUR" }, [-1234.567]],
    [{ style: "currency", currency: "JPY" }, [5.4]],
    [{ style: "currency", currency: "CHF" }, [5]],
    [{ style: "currency", currency: "CAD", currencyDisplay: "narrowSymbol" }, [5]],
    [{ style: "currency", currency: "USD", currencyDisplay: "code" }, [5]],
    [{ style: "currency", currency: "USD", minimumFractionDigits: 0 }, [5, 5.5]],
    [{ style: "currency", currency: "USD", maximumFractionDigits: 0 }, [5.5]],
    [{ style: "percent" }, [0.125, 1]],
    [{ style: "percent", maximumFractionDigits: 1 }, [0.1234]],
    [{ notation: "compact" }, [0, 0.123, 7, 12.34, 999, 1234, 15_600, 999_999, 1.25e6, 1e9, 5e12, 1e15]],
    [{ notation: "compact", compactDisplay: "long" }, [1500]],
    [{ notation: "compact", maximumFractionDigits: 1 }, [15_650_000, 1000]],
    [{ minimumFractionDigits: 2 }, [1, 1.005]],
    [{ maximumSignificantDigits: 3 }, [123456.789, 0.0012345]],
    [{ minimumIntegerDigits: 2, useGrouping: false }, [5, 12345]],
    [{ signDisplay: "always" }, [3, -3, 0]],
    [{ signDisplay: "exceptZero" }, [3, 0]],
  ];
  for (const [options, values] of rows) {
    it(shown(options), () => {
      const [ours, theirs] = [intl, Intl].map(({ NumberFormat }) => values.map((value) => new NumberFormat("en-US", options).format(value)));
      assert.deepEqual(ours, theirs);
    });
  }
});

describe("dates", () => {
  const words = ["long", "short", "narrow"];
  const rows = [
    {},
    ...["full", "long", "medium", "short"].flatMap((dateStyle) => [{ dateStyle }, { dateStyle, timeStyle: "short" }, { timeStyle: dateStyle }]),
    ...words.flatMap((word) => [{ weekday: word }, { month: word }, { month: word, day: "numeric" }, { month: word, year: "numeric" }]),
    { weekday: "long", year: "numeric", month: "long", day: "numeric" },
    { weekday: "short", month: "numeric", day: "numeric" },
    { weekday: "long", hour: "numeric" },
    { year: "numeric", month: "2-digit", day: "2-digit" },
    { year: "2-digit", month: "numeric" },
    { month: "long", day: "numeric", year: "numeric", hour: "numeric", minute: "2-digit" },
    { weekday: "short", year: "numeric", month: "short", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" },
    { hour: "2-digit", minute: "2-digit", hour12: false },
    { hour: "numeric", hourCycle: "h23" },
    { minute: "2-digit", second: "2-digit" },
    { hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3, hour12: false },
    { hour: "numeric", minute: "2-digit", timeZoneName: "short" },
    { year: "numeric" },
    { day: "numeric" },
  ];
  for (const options of rows) {
    it(shown(options), () => {
      const given = { ...options, timeZone: "UTC" };
      assert.equal(new intl.DateTimeFormat("en-US", given).format(moment), new Intl.DateTimeFormat("en-US", given).format(moment));
    });
  }
  it("as methods of a date and of a number", () => {
    for (const [owner, name, work] of methods.filter(([owner]) => owner === Date || owner === Number)) {
      const value = owner === Date ? moment : 1234.5;
      assert.equal(work(value, "en-US", { timeZone: "UTC" }), value[name]("en-US", { timeZone: "UTC" }), name);
    }
  });
});

describe("words", () => {
  it("plurals", () => {
    const counts = [0, 1, 2, 3, 4, 11, 12, 13, 21, 22, 23, 101, 111, 1.5];
    for (const type of ["cardinal", "ordinal"]) {
      const [ours, theirs] = [intl, Intl].map(({ PluralRules }) => counts.filter(Number.isInteger).map((count) => new PluralRules("en", { type }).select(count)));
      assert.deepEqual(ours, theirs);
    }
  });
  it("lists", () => {
    for (const type of ["conjunction", "disjunction"]) {
      for (const list of [[], ["a"], ["a", "b"], ["a", "b", "c"]]) {
        assert.equal(new intl.ListFormat("en", { type }).format(list), new Intl.ListFormat("en", { type }).format(list));
      }
    }
  });
  it("spans of time", () => {
    for (const numeric of ["always", "auto"]) {
      for (const unit of ["second", "minutes", "hour", "day", "week", "month", "quarter", "years"]) {
        for (const value of [-2, -1, -0, 0, 1, 1234]) {
          const [ours, theirs] = [intl, Intl].map(({ RelativeTimeFormat }) => new RelativeTimeFormat("en", { numeric }).format(value, unit));
          assert.equal(ours, theirs, `${value} ${unit} ${numeric}`);
        }
      }
    }
  });
  it("order", () => {
    const list = ["z", "ä", "a", "B", "b", "A", "a b", "ab", "a-b", "10", "9", "_x", "é", "e", "Zebra", "zebra", ""];
    for (const options of [{}, { numeric: true }, { sensitivity: "base" }]) {
      const [ours, theirs] = [intl, Intl].map(({ Collator }) => [...list].sort(new Collator("en", options).compare));
      assert.deepEqual(ours, theirs, shown(options));
    }
  });
});

it("what is not there is refused by name", () => {
  assert.throws(() => new intl.NumberFormat("de-DE"), /the locale de-DE is not offered.*expected "en-US"/);
  assert.throws(() => new intl.DateTimeFormat("en-US", { timeZone: "Europe/Berlin" }), /the time zone Europe\/Berlin is not offered/);
  assert.throws(() => new intl.NumberFormat("en", { style: "unit", unit: "meter" }), /style is "unit"/);
  assert.throws(() => new intl.Segmenter("en"), /Intl.Segmenter is not offered/);
  assert.equal(intl.NumberFormat("en").format(1), "1");
});
