/** A `multipart/form-data` body to a `FormData` (RFC 7578). It reads no other content type. */

const LATIN1 = new TextDecoder("latin1");
const UTF8 = new TextDecoder();

/** The form in `bytes`, whose content type names the boundary. */
export function parseMultipart(bytes, contentType) {
  const boundary = boundaryOf(contentType);
  const text = LATIN1.decode(bytes);
  const form = new FormData();
  let at = opening(text, boundary);
  while (!text.startsWith("--", at)) {
    at = pastLineEnd(text, at);
    const headEnd = text.indexOf("\r\n\r\n", at);
    const end = text.indexOf(`\r\n--${boundary}`, headEnd);
    if (headEnd < 0 || end < 0) throw malformed("a part does not end");
    append(form, partHead(UTF8.decode(bytes.subarray(at, headEnd))), bytes.subarray(headEnd + 4, end));
    at = end + boundary.length + 4;
  }
  return form;
}

function boundaryOf(contentType) {
  const found = /;\s*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  if (found === null) throw malformed("its content type names no boundary");
  return found[1] ?? found[2];
}

function opening(text, boundary) {
  const delimiter = `--${boundary}`;
  if (text.startsWith(delimiter)) return delimiter.length;
  const later = text.indexOf(`\r\n${delimiter}`);
  if (later < 0) throw malformed("its boundary does not occur in it");
  return later + delimiter.length + 2;
}

function pastLineEnd(text, at) {
  const end = text.indexOf("\r\n", at);
  if (end < 0 || text.slice(at, end).trim() !== "") throw malformed("a boundary does not end its line");
  return end + 2;
}

function partHead(text) {
  const fields = new Map();
  for (const line of text.split("\r\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) fields.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  const disposition = fields.get("content-disposition") ?? "";
  const name = parameter(disposition, "name");
  if (!/^form-data\b/i.test(disposition) || name === undefined) throw malformed("a part has no name");
  return { name, filename: parameter(disposition, "filename"), type: fields.get("content-type") };
}

/** Browsers escape quotes and line ends in names as `%22`, `%0D`, `%0A` (HTML standard, multipart encoding). */
function parameter(disposition, name) {
  const found = new RegExp(`;\\s*${name}="((?:[^"\\\\]|\\\\.)*)"`, "i").exec(disposition);
  if (found === null) return undefined;
  return found[1].replace(/%22/g, '"').replace(/%0D/gi, "\r").replace(/%0A/gi, "\n").replace(/\\"/g, '"');
}

/** A part that names no type is text (RFC 7578, 4.4). */
function append(form, { name, filename, type }, bytes) {
  if (filename === undefined) {
    form.append(name, UTF8.decode(bytes));
  } else {
    form.append(name, new File([bytes], filename, { type: type ?? "text/plain" }));
  }
}

function malformed(why) {
  return new TypeError(`the form cannot be read: ${why}`);
}
