/** What a handler answers: cookies, header fields, redirects, statuses, streams, failures. */

import { cases, exchange, get, json, post } from "./exchange.mjs";

const WRITES = "plain object encoded everything lax none session age now past pathless two twice gone gone-object set-gone gone-set split split-path".split(" ");
const withCookie = { headers: { cookie: "a=0; z=9" } };
const expires = [[/Expires=\w{3}, \d\d \w{3} 20(?!30)\d\d [\d:]+ GMT/g, "Expires=SOON"]];
const text = (body) => ({ headers: { "content-type": "text/plain" }, body });

const cookies = [
  ...["a=1; b=2", "a=1; a=2", "a=%C3%BC; b=x y", 'a="quoted"; b', "a=%zz; b=1", "=1; a= 2 ;b=3", "a=b=c", ""].map((cookie) =>
    get("/cookies/read", { headers: { cookie }, note: cookie }),
  ),
  get("/cookies/read", { headers: [["cookie", "a=1"], ["cookie", "b=2"]], note: "two fields" }),
  get("/cookies/read", { note: "none" }),
  ...WRITES.map((name) => get(`/cookies/write?case=${name}`, { mask: expires })),
  ...["set-gone", "gone-set", "two", "gone"].map((name) => get(`/cookies/write?case=${name}`, { ...withCookie, note: "sent before" })),
  get("/cookies/response"),
  post("/cookies/response"),
  exchange("PUT", "/cookies/response"),
  ...["GET", "POST", "PUT", "PATCH", "DELETE"].map((method) => exchange(method, "/cookies/mixed", { mask: expires })),
  get("/cookies/request", withCookie),
  post("/cookies/request", withCookie),
  get("/cookies/many"),
  post("/cookies/many"),
];

const HEADER_WRITES = "case many length encoding chunked cache powered spaces empty latin date connection security type disposition".split(" ");
const HEADER_CASES =
  "order keys values append cookies missing trimmed bad-name bad-value beyond-latin pairs bad-pair copy entries number tag each".split(" ");
const headers = [
  get("/headers/read", { headers: [["X-One", "1"], ["x-twice", "a"], ["X-Twice", "b"], ["cookie", "a=1"]] }),
  post("/headers/read", { headers: { "x-gone": "1", "x-kept": "ü", "content-type": "Text/Plain" }, body: "abc" }),
  ...cases("/headers/write", HEADER_WRITES),
  ...cases("/headers/class", HEADER_CASES),
];

const THROWN_REDIRECTS = "relative permanent absolute typed query dot encoded empty".split(" ");
const RETURNED_REDIRECTS =
  "next status init relative bad-status web web-status web-relative web-bad-status hand hand-body unicode".split(" ");
const redirects = [
  ...cases("/redirects/thrown", THROWN_REDIRECTS),
  post("/redirects/thrown?case=relative", json({ a: 1 })),
  post("/redirects/thrown?case=relative", { headers: { "content-type": "application/x-www-form-urlencoded" }, body: "a=1", note: "a form" }),
  post("/redirects/thrown?case=permanent", { headers: { "content-type": "multipart/form-data; boundary=x" }, body: "--x--\r\n", note: "a multipart form" }),
  exchange("DELETE", "/redirects/thrown?case=permanent"),
  ...["GET", "POST", "PUT", "PATCH"].map((method) => exchange(method, "/redirects/caught")),
  ...cases("/redirects/returned", RETURNED_REDIRECTS),
];

const TYPES = "text empty null undefined bytes buffer view nodebuffer blob untyped file params form stream number object date".split(" ");
// What follows the last boundary is nothing (RFC 2046, 5.1.1).
const boundary = [[/-{2,}[\w+/-]{10,}/g, "BOUNDARY"], [/BOUNDARY\r\n$/, "BOUNDARY"]];
const status = [
  ...cases("/status/interrupts", ["notFound", "unauthorized", "forbidden"]),
  post("/status/interrupts?case=notFound"),
  ...[200, 201, 202, 299, 400, 404, 409, 410, 418, 422, 429, 451, 500, 503, 599].map((code) => get(`/status/codes?status=${code}&body=x`)),
  ...[204, 205, 304].flatMap((code) => [get(`/status/codes?status=${code}`), get(`/status/codes?status=${code}&body=x`), get(`/status/codes?status=${code}&body=`)]),
  ...[101, 199, 600, 0].map((code) => get(`/status/codes?status=${code}`)),
  get("/status/codes?status=200&body=x&reason=Fine", { reason: true }),
  get("/status/codes?status=404&reason=Not+Here", { reason: true }),
  get("/status/codes?status=200&reason=a%0Ab"),
  ...[200, 201, 204, 400].map((code) => post("/status/codes", { ...json({ status: code, value: { a: 1 } }), note: code })),
  post("/status/codes", { ...json({ status: 200, value: null }), note: "null" }),
  ...TYPES.flatMap((name) => ["GET", "POST"].map((method) => exchange(method, `/status/types?case=${name}`, { mask: boundary }))),
];

const streams = [
  ...cases("/streams/readable", ["start", "text", "nothing", "bytes", "large", "counted"]),
  get("/streams/sse"),
  ...["GET", "POST", "PUT"].map((method) => exchange(method, "/streams/iterator")),
  exchange("PATCH", "/streams/iterator", text("grüße")),
  ...["GET", "PUT", "PATCH"].map((method) => exchange(method, "/streams/encoder")),
  post("/streams/encoder", text("grüße aus der stadt")),
  // How much of it arrives before the cut is nobody's promise.
  get("/streams/errors?case=late", { only: ["status", "cut"] }),
  ...cases("/streams/errors", ["early", "thrown"]),
  get("/streams/tee"),
  post("/streams/tee", text("both")),
];

const THROWN = "error own text object nothing response digest".split(" ");
const RETURNED =
  "undefined null object text number alike promise rewrite next subclass error used circular bigint unjson".split(" ");
const errors = [
  ...cases("/errors/thrown", THROWN),
  ...THROWN.map((name) => post(`/errors/thrown?case=${name}`)),
  exchange("PUT", "/errors/thrown"),
  exchange("PATCH", "/errors/thrown"),
  ...cases("/errors/returned", RETURNED),
];

const afterwards = [
  get("/after?name=x1", {
    headers: { cookie: "a=7", "x-name": "me" },
    logs: ["after-first x1", "after-second x1", "after-nested x1", "after-promise x1", "after-reads x1 7,me Error", "after-fails x1"],
  }),
  post("/after", { logs: ["after-redirect done"] }),
  exchange("PUT", "/after", { logs: ["after-throw done"] }),
  exchange("PATCH", "/after"),
];

const AGENTS = [
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
  "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
  "Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0",
  "curl/8.5.0",
];
const agents = [
  ...AGENTS.map((agent) => get("/agent", { headers: { "user-agent": agent }, note: agent })),
  get("/agent", { note: "none" }),
];

export default [...cookies, ...headers, ...redirects, ...status, ...streams, ...errors, ...afterwards, ...agents];
