import { answering } from "@/lib/cases";

const moment = () => new Date(Date.UTC(2026, 2, 4, 15, 6, 7, 89));
const UTC = { timeZone: "UTC" } as const;

export const GET = answering({
  iso: () => [moment().toISOString(), moment().toJSON(), moment().toUTCString(), moment().getTime()],
  parse: () => ["2026-03-04", "2026-03-04T05:06:07Z", "2026-03-04T05:06:07+02:00", "Wed, 04 Mar 2026 15:06:07 GMT", "March 4, 2026 15:06 UTC"].map(Date.parse),
  "parse-bad": () => [Number.isNaN(Date.parse("nope")), String(new Date(NaN))],
  "iso-bad": () => new Date(NaN).toISOString(),
  parts: () => [moment().getUTCDay(), moment().getUTCHours(), moment().getTimezoneOffset()],
  text: () => [moment().toString(), moment().toDateString(), moment().toTimeString()],
  "locale-date": () => moment().toLocaleDateString("en-US", UTC),
  "locale-time": () => moment().toLocaleTimeString("en-US", UTC),
  "locale-both": () => moment().toLocaleString("en-US", UTC),
  "locale-german": () => moment().toLocaleDateString("de-DE", { ...UTC, weekday: "long", day: "numeric", month: "long", year: "numeric" }),
  "locale-long": () => moment().toLocaleDateString("en-US", { ...UTC, weekday: "long", year: "numeric", month: "long", day: "numeric" }),
  "date-format": () => new Intl.DateTimeFormat("en-US", { ...UTC, dateStyle: "medium", timeStyle: "short" }).format(moment()),
  "date-short": () => new Intl.DateTimeFormat("en-US", { ...UTC, month: "short", day: "2-digit", year: "numeric" }).format(moment()),
  "date-sweden": () => moment().toLocaleDateString("sv-SE", UTC),
  zone: () => moment().toLocaleString("en-US", { timeZone: "America/New_York" }),
  "own-zone": () => Intl.DateTimeFormat().resolvedOptions().timeZone,
  "number-locale": () => [(1234567.891).toLocaleString("en-US"), (1234567.891).toLocaleString("de-DE")],
  "number-plain": () => (1234567.5).toLocaleString(),
  currency: () => new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" }).format(1234.5),
  "currency-euro": () => new Intl.NumberFormat("de-DE", { style: "currency", currency: "EUR" }).format(1234.5),
  percent: () => new Intl.NumberFormat("en-US", { style: "percent", maximumFractionDigits: 1 }).format(0.1234),
  compact: () => new Intl.NumberFormat("en-US", { notation: "compact" }).format(1234567),
  plural: () => [1, 2].map((count) => new Intl.PluralRules("en-US").select(count)),
  relative: () => new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(-1, "day"),
  list: () => new Intl.ListFormat("en", { type: "conjunction" }).format(["a", "b", "c"]),
  collate: () => ["z", "ä", "a"].sort(new Intl.Collator("de").compare),
  compare: () => ["z", "a", "B", "b"].sort((one, other) => one.localeCompare(other)),
  segment: () => [...new Intl.Segmenter("en", { granularity: "grapheme" }).segment("e\u0301x")].length,
  fixed: () => [(1.005).toFixed(2), (1234.5).toFixed(), (0.000001234).toString(), (255).toString(16), (1e21).toString()],
});
