/** What a request carries, in its query and in its body. */

import { exchange, form, get, json, multipart, post } from "./exchange.mjs";

const BOM = Buffer.from([0xef, 0xbb, 0xbf]);
const binary = Buffer.from(Array.from({ length: 256 }, (_, at) => at));
const large = Buffer.alloc(1 << 20, "0123456789abcdef\n");
const untyped = (type, body) => ({ headers: type === null ? {} : { "content-type": type }, body });

export default [
  ...["?a=1&a=2&b=", "?a=%20+&%C3%BC=%F0%9F%98%80", "", "?a=1;b=2", "?a=b=c"].flatMap((query) => [
    get(`/query/basic${query}`),
    get(`/query/web${query}`),
  ]),
  get("/query/basic?b"),
  get("/query/basic?"),
  get("/query/basic?a=%zz&b=%ff"),
  get("/query/basic?a=1&b=2&a=3"),
  get("/query/basic?b=1&2=x&1=y"),
  get("/query/basic?a[]=1&a[]=2&q=//x"),

  ...['{"a":[1,2.5,null,true,"ü"]}', "null", "12", '"text"', "", "{", "[1,]", "undefined"].map((body) =>
    post("/bodies/json", { ...json(body), note: body }),
  ),
  post("/bodies/json", { ...json(Buffer.concat([BOM, Buffer.from('{"bom":1}')])), note: "a byte-order mark" }),
  post("/bodies/json", { ...untyped("text/plain", '{"a":1}'), note: "typed as text" }),
  post("/bodies/json", { ...untyped(null, '{"a":1}'), note: "untyped" }),
  exchange("PUT", "/bodies/json", { ...json("{"), note: "uncaught" }),
  exchange("PUT", "/bodies/json", { ...json('{"__proto__":{"a":1}}'), note: "a prototype" }),

  ...["POST", "PUT", "PATCH", "DELETE"].map((method) => exchange(method, "/bodies/text", untyped("text/plain", "grüße"))),
  post("/bodies/text", { body: Buffer.concat([BOM, Buffer.from("marked")]), note: "a byte-order mark" }),
  post("/bodies/text", { body: Buffer.from([0x61, 0xff, 0xc3, 0x28, 0x62]), note: "no UTF-8" }),
  post("/bodies/text", { note: "nothing" }),

  post("/bodies/form", { ...form("a=1&a=2&b=x+y&c=%C3%BC&d=%26&e"), note: "urlencoded" }),
  post("/bodies/form", { ...form(""), note: "urlencoded, empty" }),
  post("/bodies/form", { ...untyped("application/x-www-form-urlencoded; charset=utf-8", "a=1"), note: "with a charset" }),
  post("/bodies/form", { ...untyped("application/json", "a=1"), note: "typed as JSON" }),
  post("/bodies/form", { ...untyped(null, "a=1"), note: "untyped" }),
  post("/bodies/form", { ...multipart(["a", "one"], ["a", "two"], ["ü", "grüße"], ["empty", ""]), note: "multipart" }),
  post("/bodies/form", {
    ...multipart(["a", binary, { filename: "all bytes.bin", type: "application/x-thing" }], ["b", "text", { filename: "b.txt", type: "text/plain" }]),
    note: "files",
  }),
  post("/bodies/form", { ...multipart(["a", "", { filename: "", type: "application/octet-stream" }]), note: "no file chosen" }),
  post("/bodies/form", { ...multipart(["a", "x", { filename: "grüße %22q%22.txt" }]), note: "a file without a type" }),
  post("/bodies/form", { ...multipart(["a", "line\r\n--frontie\r\n\r\nmore\r\n"]), note: "almost a boundary" }),
  post("/bodies/form", { ...untyped("multipart/form-data", "--x"), note: "no boundary" }),
  post("/bodies/form", { ...untyped("multipart/form-data; boundary=x", "--y\r\n"), note: "another boundary" }),
  post("/bodies/form", { ...untyped("multipart/form-data; boundary=x", ""), note: "multipart, empty" }),
  post("/bodies/form", { ...untyped("multipart/form-data; boundary=x", "--x--\r\n"), note: "no parts" }),
  post("/bodies/form", { ...untyped('multipart/form-data; boundary="x y"', '--x y\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x y--\r\n'), note: "a quoted boundary" }),
  post("/bodies/form", { ...untyped("multipart/form-data; boundary=x", '--x\r\ncontent-disposition: form-data; name="a"\r\n\r\n1'), note: "cut off" }),

  post("/bodies/bytes", { body: binary }),
  post("/bodies/bytes", { note: "nothing" }),
  post("/bodies/bytes", { body: large, note: "large" }),
  post("/bodies/blob", untyped("text/x-thing", "abcdef")),
  post("/bodies/blob", { ...untyped("Text/Plain; Charset=UTF-8", "abcdef"), note: "a type in capitals" }),
  get("/bodies/blob"),
  post("/bodies/stream", { body: large }),
  exchange("PUT", "/bodies/stream", { body: "grüße" }),
  post("/bodies/once", json({ a: 1 })),
  exchange("PUT", "/bodies/once", json({ a: 1 })),
  exchange("PATCH", "/bodies/once", { body: large }),
  post("/bodies/echo", untyped("text/plain", "echoed")),
  post("/bodies/echo", { ...untyped("text/plain", large), note: "large" }),
  post("/bodies/echo", { note: "nothing" }),
  exchange("PUT", "/bodies/echo", { body: binary }),
  get("/bodies/echo"),
  get("/bodies/empty"),
  post("/bodies/empty"),
  exchange("DELETE", "/bodies/empty"),
  exchange("DELETE", "/bodies/empty", { body: "x", note: "with a body" }),
];
