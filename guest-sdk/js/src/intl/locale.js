/** The one locale there is; another is refused, since an answer in the wrong language would go unnoticed. */

export const LOCALE = "en-US";

/** Checks what a caller asked for. */
export function checkLocale(locales) {
  const asked = [locales ?? []].flat().map(String);
  const known = asked.length === 0 || asked.some((locale) => /^en(-US)?(-|$)/.test(locale));
  if (!known) throw new RangeError(`the locale ${asked[0]} is not offered to a route handler; expected "${LOCALE}"`);
}

export function supported(locales) {
  return [locales ?? []].flat().map(String).filter((locale) => /^en(-US)?(-|$)/.test(locale));
}

/** One of the values an option has, or its default. */
export function option(options, name, values, standard) {
  const value = options?.[name];
  if (value === undefined) return standard;
  if (!values.includes(value)) throw new RangeError(`${name} is "${value}"; expected one of ${values.filter(Boolean).join(", ")}`);
  return value;
}
