/** The custom section `routelet` of a component: what the host may know of it without running it. */

const NAME = new TextEncoder().encode("routelet");
/** The id of custom sections, in components as in core modules. */
const CUSTOM = 0;

/** `component` with the section appended. */
export function stamped(component, section) {
  const payload = new TextEncoder().encode(JSON.stringify({ version: 1, ...section }));
  const content = [...leb128(NAME.length), ...NAME, ...payload];
  const stamp = Uint8Array.from([CUSTOM, ...leb128(content.length), ...content]);
  const whole = new Uint8Array(component.length + stamp.length);
  whole.set(component);
  whole.set(stamp, component.length);
  return whole;
}

function leb128(number) {
  const bytes = [];
  do {
    const rest = number >>> 7;
    bytes.push((number & 0x7f) | (rest === 0 ? 0 : 0x80));
    number = rest;
  } while (number !== 0);
  return bytes;
}
