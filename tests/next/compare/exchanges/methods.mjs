/** Which function answers which method. */

import { exchange, get, post, refused } from "./exchange.mjs";

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** All seven, of which the route answers some. */
const everyMethod = (path, answered) =>
  METHODS.map((method) => (answered.includes(method) ? exchange(method, path) : refused(method, path)));

export default [
  ...everyMethod("/methods/all", METHODS),
  post("/methods/all", { body: "text", note: "with a body" }),
  exchange("PATCH", "/methods/all", { body: "text", note: "with a body" }),
  ...everyMethod("/methods/get-only", ["GET", "HEAD", "OPTIONS"]),
  get("/methods/get-only", { headers: { "if-none-match": '"a"' }, note: "conditional" }),
  get("/methods/get-only", { headers: { range: "bytes=0-1" }, note: "a range" }),
  ...everyMethod("/methods/post-only", ["POST", "OPTIONS"]),
  ...everyMethod("/methods/own-options", ["GET", "HEAD", "OPTIONS"]),
  ...everyMethod("/methods/own-head", ["GET", "HEAD", "OPTIONS"]),
  ...everyMethod("/methods/spelling", ["PUT", "OPTIONS"]),
  post("/methods/head-of-post", { body: "kept" }),
  refused("HEAD", "/methods/head-of-post"),
  refused("PROPFIND", "/methods/get-only"),
  refused("PURGE", "/methods/all"),
  refused("TRACE", "/methods/all"),
  refused("DELETE", "/methods/nowhere"),
];
