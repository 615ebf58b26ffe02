/** `Intl.DateTimeFormat` in English, in UTC. */

import { LOCALE, checkLocale, option, supported } from "./locale.js";

const MONTHS = "January February March April May June July August September October November December".split(" ");
const DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");
const TEXT = ["long", "short", "narrow"];
const NUMBER = ["numeric", "2-digit"];
const STYLES = ["full", "long", "medium", "short"];
const DATE = { weekday: TEXT, year: NUMBER, month: [...NUMBER, ...TEXT], day: NUMBER };
const TIME = { hour: NUMBER, minute: NUMBER, second: NUMBER, fractionalSecondDigits: [1, 2, 3] };

const DATE_STYLES = {
  full: { weekday: "long", year: "numeric", month: "long", day: "numeric" },
  long: { year: "numeric", month: "long", day: "numeric" },
  medium: { year: "numeric", month: "short", day: "numeric" },
  short: { year: "2-digit", month: "numeric", day: "numeric" },
};
const TIME_STYLES = {
  full: { hour: "numeric", minute: "2-digit", second: "2-digit", timeZoneName: "long" },
  long: { hour: "numeric", minute: "2-digit", second: "2-digit", timeZoneName: "short" },
  medium: { hour: "numeric", minute: "2-digit", second: "2-digit" },
  short: { hour: "numeric", minute: "2-digit" },
};
const DATE_DEFAULT = { year: "numeric", month: "numeric", day: "numeric" };
const TIME_DEFAULT = { hour: "numeric", minute: "2-digit", second: "2-digit" };

export class DateTimeFormat {
  #fields;

  constructor(locales, options = {}, defaults = "date") {
    checkLocale(locales);
    this.#fields = fieldsOf(options, defaults);
    this.format = (date) => formatted(date === undefined ? new Date() : new Date(date), this.#fields);
  }

  resolvedOptions() {
    return { locale: LOCALE, calendar: "gregory", numberingSystem: "latn", timeZone: "UTC", ...this.#fields };
  }

  static supportedLocalesOf(locales) {
    return supported(locales);
  }
}

function fieldsOf(options, defaults) {
  checkZone(options.timeZone);
  for (const name of ["era", "dayPeriod"]) if (options[name] !== undefined) throw new RangeError(`${name} is not offered to a route handler`);
  const clock = clockOf(options);
  const dateStyle = option(options, "dateStyle", STYLES);
  const timeStyle = option(options, "timeStyle", STYLES);
  const named = Object.fromEntries(
    Object.entries({ ...DATE, ...TIME }).map(([name, values]) => [name, option(options, name, values)]).filter(([, value]) => value !== undefined),
  );
  const timeZoneName = option(options, "timeZoneName", ["short", "long"]);
  if (dateStyle ?? timeStyle) {
    if (Object.keys(named).length > 0) throw new TypeError("a style and its fields cannot both be given");
    return { ...DATE_STYLES[dateStyle], ...TIME_STYLES[timeStyle], ...clock, joint: ["full", "long"].includes(dateStyle) ? " at " : ", " };
  }
  const fields = needsDefault(named, defaults) ? { ...named, ...standard(defaults) } : named;
  const joint = fields.month === "long" ? " at " : ", ";
  return { ...fields, ...(timeZoneName && { ...(hasTime(fields) ? {} : { ...TIME_DEFAULT }), timeZoneName }), ...clock, joint };
}

function checkZone(zone) {
  if (zone === undefined || /^(utc|gmt|etc\/(utc|gmt|zulu)|\+00:?00)$/i.test(zone)) return;
  throw new RangeError(`the time zone ${zone} is not offered to a route handler; expected "UTC"`);
}

function clockOf({ hour12, hourCycle }) {
  return { isTwelve: hour12 ?? (hourCycle === undefined || hourCycle === "h12" || hourCycle === "h11") };
}

const hasDate = (fields) => Object.keys(DATE).some((name) => name in fields);
const hasTime = (fields) => Object.keys(TIME).some((name) => name in fields);

function needsDefault(named, defaults) {
  if (defaults === "time") return !hasTime(named);
  if (defaults === "date-only") return !hasDate(named);
  return !hasDate(named) && !hasTime(named);
}

function standard(defaults) {
  if (defaults === "time") return TIME_DEFAULT;
  return defaults === "all" ? { ...DATE_DEFAULT, ...TIME_DEFAULT } : DATE_DEFAULT;
}

function formatted(date, fields) {
  if (Number.isNaN(date.getTime())) throw new RangeError("Invalid time value");
  const parts = [dateText(date, fields), timeText(date, fields)].filter((part) => part !== "");
  const isBareDay = fields.weekday !== undefined && fields.day === undefined && fields.month === undefined;
  return parts.join(isBareDay ? " " : fields.joint);
}

function dateText(date, { weekday, year, month, day }) {
  const name = weekday && named(DAYS[date.getUTCDay()], weekday, 3);
  const years = year && (year === "2-digit" ? two(date.getUTCFullYear() % 100) : String(date.getUTCFullYear()));
  const days = day && (day === "2-digit" ? two(date.getUTCDate()) : String(date.getUTCDate()));
  if (month === undefined) return [days, years, name].filter(Boolean).join(" ");
  if (NUMBER.includes(month)) {
    const months = month === "2-digit" ? two(date.getUTCMonth() + 1) : String(date.getUTCMonth() + 1);
    return [name, [months, days, years].filter(Boolean).join("/")].filter(Boolean).join(", ");
  }
  const months = named(MONTHS[date.getUTCMonth()], month, 3);
  if (days === undefined) return [months, years, name].filter(Boolean).join(" ");
  return [name, `${months} ${days}`, years].filter(Boolean).join(", ");
}

function named(name, length, short) {
  return length === "long" ? name : name.slice(0, length === "short" ? short : 1);
}

function timeText(date, { hour, minute, second, fractionalSecondDigits, isTwelve, timeZoneName }) {
  const all = [
    hour && hours(date.getUTCHours(), hour, isTwelve),
    minute && (hour || second ? two(date.getUTCMinutes()) : String(date.getUTCMinutes())),
    second && (minute ? two(date.getUTCSeconds()) : String(date.getUTCSeconds())),
  ];
  const clock = all.filter((part) => part !== undefined).join(":");
  const fraction = fractionalSecondDigits ? `.${String(date.getUTCMilliseconds()).padStart(3, "0").slice(0, fractionalSecondDigits)}` : "";
  const half = hour && isTwelve ? ` ${date.getUTCHours() < 12 ? "AM" : "PM"}` : "";
  const zone = timeZoneName === undefined ? "" : ` ${timeZoneName === "long" ? "Coordinated Universal Time" : "UTC"}`;
  return clock === "" ? "" : clock + fraction + half + zone;
}

function hours(hour, length, isTwelve) {
  if (!isTwelve) return two(hour);
  const shown = hour % 12 || 12;
  return length === "2-digit" ? two(shown) : String(shown);
}

function two(number) {
  return String(number).padStart(2, "0");
}
