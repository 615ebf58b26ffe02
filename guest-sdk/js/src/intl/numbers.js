/** `Intl.NumberFormat` in English. */

import { LOCALE, checkLocale, option, supported } from "./locale.js";

const SYMBOLS = { USD: "$", EUR: "€", GBP: "£", JPY: "¥", INR: "₹", CNY: "CN¥", KRW: "₩", AUD: "A$", CAD: "CA$", BRL: "R$", MXN: "MX$", NZD: "NZ$", ILS: "₪", VND: "₫", HKD: "HK$", TWD: "NT$" };
/** Currencies without a smaller unit. */
const WHOLE = new Set(["JPY", "KRW", "VND", "CLP", "ISK", "XAF", "XOF", "XPF", "UGX", "PYG", "RWF"]);
const COMPACT = [
  [1e12, "T", "trillion"],
  [1e9, "B", "billion"],
  [1e6, "M", "million"],
  [1e3, "K", "thousand"],
];

export class NumberFormat {
  #settings;

  constructor(locales, options = {}) {
    checkLocale(locales);
    this.#settings = settingsOf(options);
    this.format = (value) => formatted(value, this.#settings);
  }

  resolvedOptions() {
    return { locale: LOCALE, numberingSystem: "latn", ...this.#settings };
  }

  static supportedLocalesOf(locales) {
    return supported(locales);
  }
}

function settingsOf(options) {
  const style = option(options, "style", ["decimal", "percent", "currency"], "decimal");
  const currency = options.currency === undefined ? undefined : String(options.currency).toUpperCase();
  if (style === "currency" && !/^[A-Z]{3}$/.test(currency ?? "")) throw new TypeError("a currency is named by three letters");
  const notation = option(options, "notation", ["standard", "compact"], "standard");
  const [least, most] = style === "currency" ? [WHOLE.has(currency) ? 0 : 2, WHOLE.has(currency) ? 0 : 2] : [0, style === "percent" ? 0 : 3];
  const isCompact = notation === "compact";
  const low = options.minimumFractionDigits ?? (isCompact ? 0 : Math.min(least, options.maximumFractionDigits ?? least));
  const high = options.maximumFractionDigits ?? Math.max(isCompact ? 0 : most, low);
  if (!(low >= 0 && high <= 100 && low <= high)) throw new RangeError(`from ${low} to ${high} digits of a fraction cannot be shown`);
  return {
    style,
    currency: style === "currency" ? currency : undefined,
    currencyDisplay: option(options, "currencyDisplay", ["symbol", "narrowSymbol", "code"], "symbol"),
    notation,
    compactDisplay: option(options, "compactDisplay", ["short", "long"], "short"),
    minimumIntegerDigits: options.minimumIntegerDigits ?? 1,
    minimumFractionDigits: low,
    maximumFractionDigits: high,
    // Two digits where nothing was asked for, as in 1.2K.
    roundsCompact: isCompact && options.maximumFractionDigits === undefined && options.minimumFractionDigits === undefined,
    maximumSignificantDigits: options.maximumSignificantDigits,
    useGrouping: options.useGrouping ?? true,
    signDisplay: option(options, "signDisplay", ["auto", "always", "never", "exceptZero"], "auto"),
  };
}

function formatted(value, settings) {
  if (typeof value === "bigint") return signed(grouped(String(value < 0n ? -value : value), settings), value < 0n, value === 0n, settings);
  const number = Number(value);
  if (Number.isNaN(number)) return signed("NaN", false, true, settings);
  const isNegative = number < 0 || Object.is(number, -0);
  const [text, unit] = magnitude(Math.abs(number) * (settings.style === "percent" ? 100 : 1), settings);
  return signed(text + unit, isNegative, number === 0, settings);
}

function magnitude(number, settings) {
  if (number === Infinity) return ["∞", ""];
  if (settings.notation !== "compact") return [grouped(digits(number, settings), settings), ""];
  return compact(number, COMPACT.findIndex(([size]) => number >= size), settings);
}

function compact(number, at, settings) {
  const [size, short, long] = COMPACT[at] ?? [1, "", ""];
  const text = rounded(number / size, settings);
  // What rounds up to a thousand of its own is one of the next.
  const larger = at < 0 ? COMPACT.length - 1 : at - 1;
  if (Number(text) >= 1000 && larger >= 0) return compact(number, larger, settings);
  const shown = text.split(".")[0].length > 4 ? grouped(text, settings) : text;
  return [shown, at < 0 ? "" : settings.compactDisplay === "long" ? ` ${long}` : short];
}

function rounded(number, settings) {
  if (!settings.roundsCompact) return digits(number, settings);
  return digits(number, { ...settings, maximumFractionDigits: number < 100 && number > 0 ? Math.max(0, 1 - Math.floor(Math.log10(number))) : 0 });
}

function digits(number, { minimumFractionDigits, maximumFractionDigits, maximumSignificantDigits, minimumIntegerDigits }) {
  const exact = maximumSignificantDigits === undefined ? number : Number(number.toPrecision(maximumSignificantDigits));
  const most = maximumSignificantDigits === undefined ? maximumFractionDigits : Math.max(0, maximumSignificantDigits - 1 - Math.floor(Math.log10(exact || 1)));
  const text = exact < 1e21 ? exact.toFixed(Math.min(100, most)) : BigInt(exact).toString();
  const [whole, fraction = ""] = text.split(".");
  const least = maximumSignificantDigits === undefined ? minimumFractionDigits : 0;
  const kept = fraction.slice(0, least) + fraction.slice(least).replace(/0+$/, "");
  return whole.padStart(minimumIntegerDigits, "0") + (kept === "" ? "" : `.${kept}`);
}

function grouped(text, { useGrouping }) {
  if (useGrouping === false || useGrouping === "false") return text;
  const [whole, fraction] = text.split(".");
  const parts = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? parts : `${parts}.${fraction}`;
}

function signed(text, isNegative, isZero, { style, currency, currencyDisplay, signDisplay }) {
  const isShown = isNegative && signDisplay !== "never" && !(isZero && signDisplay === "exceptZero");
  const isPlus = !isNegative && (signDisplay === "always" || (signDisplay === "exceptZero" && !isZero));
  const sign = isShown ? "-" : isPlus ? "+" : "";
  if (style === "percent") return `${sign}${text}%`;
  if (style !== "currency") return sign + text;
  const symbol = currencyDisplay === "code" ? currency : (SYMBOLS[currency] ?? currency);
  return `${sign}${currencyDisplay === "narrowSymbol" ? symbol.replace(/^[A-Z]{1,2}(?=\W)/, "") : symbol}${/[A-Z]$/.test(symbol) ? "\u00a0" : ""}${text}`;
}
