/** `node:url`, as far as it means anything without files. */

const { URL, URLSearchParams } = globalThis;
export { URL, URLSearchParams };

export function fileURLToPath(url) {
  const { protocol, pathname } = new URL(String(url));
  if (protocol !== "file:") throw new TypeError(`expected a file: URL, found ${protocol}`);
  return decodeURIComponent(pathname);
}

export function pathToFileURL(path) {
  return new URL(`file://${encodeURI(path)}`);
}

export default { URL, URLSearchParams, fileURLToPath, pathToFileURL };
