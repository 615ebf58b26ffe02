/** How a request is written down. */

/**
 * @param {string} method
 * @param {string} path with the query, sent as it is but for `PORT`
 * @param {object} [more]
 * @param {string} [more.note] tells requests to one path apart
 * @param {Array<[string, string]> | Record<string, string>} [more.headers]
 * @param {string | Buffer} [more.body]
 * @param {Array<[RegExp, string]>} [more.mask] what differs each time, and what to put in its place
 * @param {string[]} [more.logs] lines that both sides log, then or later
 * @param {string[]} [more.only] the aspects that are compared; all of them if left out
 * @param {boolean} [more.reason] whether the reason phrase is compared, of which HTTP means nothing (RFC 9112, 4)
 */
export function exchange(method, path, more = {}) {
  const { note, headers = [], body, mask = [], logs = [], only, reason = false } = more;
  const name = `${method} ${path}${note === undefined ? "" : ` (${note})`}`;
  return { name, method, path, headers: lines(headers), body, mask, logs, only, reason };
}

const lines = (headers) => (Array.isArray(headers) ? headers : Object.entries(headers));

export const get = (path, more) => exchange("GET", path, more);
export const post = (path, more) => exchange("POST", path, more);

/** What the server answers in place of a handler has a page of its own. */
export const REFUSED = { only: ["status", "header allow", "header location"] };
export const refused = (method, path, more) => exchange(method, path, { ...REFUSED, ...more });

/** A body with its content type. */
export const json = (value) => ({ headers: { "content-type": "application/json" }, body: typeof value === "string" ? value : JSON.stringify(value) });
export const form = (body) => ({ headers: { "content-type": "application/x-www-form-urlencoded" }, body });

/** `multipart/form-data` of parts `[name, content, { filename, type }]`. */
export function multipart(...parts) {
  const chunks = parts.map(([name, content, { filename, type } = {}]) => {
    const file = filename === undefined ? "" : `; filename="${filename}"`;
    const kind = type === undefined ? "" : `Content-Type: ${type}\r\n`;
    const head = `--frontier\r\nContent-Disposition: form-data; name="${name}"${file}\r\n${kind}\r\n`;
    return Buffer.concat([Buffer.from(head), Buffer.from(content), Buffer.from("\r\n")]);
  });
  const body = Buffer.concat([...chunks, Buffer.from("--frontier--\r\n")]);
  return { headers: { "content-type": "multipart/form-data; boundary=frontier" }, body };
}

/** One GET for each named case of a route that answers `?case=NAME`. */
export const cases = (path, names) => names.map((name) => get(`${path}?case=${name}`));
