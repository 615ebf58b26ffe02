/** What the host captured, as a handler knows it: `[id]` a string, `[...rest]` a list. */

/**
 * @param {string} pattern such as `/docs/[...path]`
 * @param {Array<{ name: string, values: string[] }>} captured
 */
export function paramsOf(pattern, captured) {
  const params = {};
  for (const { name, values } of captured) {
    const many = pattern.includes(`[...${name}]`);
    Object.defineProperty(params, name, {
      value: many ? values : values[0],
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return params;
}
