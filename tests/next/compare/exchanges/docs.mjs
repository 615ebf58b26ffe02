/** What the documentation of Next.js shows of route handlers. */

import { createHmac } from "node:crypto";

import { exchange, form, get, json, multipart, post, refused } from "./exchange.mjs";

const event = JSON.stringify({ type: "paid", amount: 12 });
const signed = (secret, text) => ({ headers: { "x-signature": `sha256=${createHmac("sha256", secret).update(text).digest("hex")}` }, body: event });
const binary = Buffer.from([0, 255, 13, 10, 128, 45, 45, 0xef, 0xbb, 0xbf, 1, 2, 3]);

export default [
  get("/docs/hello"),
  exchange("HEAD", "/docs/hello"),
  exchange("OPTIONS", "/docs/hello"),
  refused("POST", "/docs/hello"),
  get("/docs/json"),
  post("/docs/json", json({ title: "shopping" })),
  post("/docs/json", { ...json({ title: "" }), note: "no title" }),
  post("/docs/json", { ...json("{"), note: "broken" }),
  post("/docs/json", { note: "nothing" }),
  get("/docs/search?query=a+b&tag=x&tag=y%26z&page=3"),
  get("/docs/search"),
  get("/docs/search?query=%C3%BC"),
  get("/docs/users/1"),
  get("/docs/users/99"),
  exchange("DELETE", "/docs/users/2"),
  exchange("DELETE", "/docs/users/99"),
  refused("PATCH", "/docs/users/1"),
  get("/docs/headers", { headers: { referer: "https://a.example/x" } }),
  get("/docs/headers", { note: "without" }),
  get("/docs/cors", { headers: { origin: "https://a.example" } }),
  exchange("OPTIONS", "/docs/cors", { headers: { origin: "https://a.example", "access-control-request-method": "PUT" } }),
  post("/docs/errors", json({ amount: 7 })),
  post("/docs/errors", { ...json({ amount: 700 }), note: "too much" }),
  post("/docs/errors", { ...json("no"), note: "broken" }),
  get("/docs/errors"),
  get("/docs/cookies", { headers: { cookie: "a=1; token=t%20t; b=2" } }),
  get("/docs/cookies", { note: "without" }),
  post("/docs/cookies"),
  exchange("DELETE", "/docs/cookies", { headers: { cookie: "token=1" } }),
  exchange("PUT", "/docs/cookies", { headers: { cookie: "token=1" } }),
  get("/docs/redirect"),
  get("/docs/stream"),
  post("/docs/upload", multipart(["name", "Ada"], ["file", binary, { filename: "b.bin", type: "image/png" }])),
  post("/docs/upload", { ...multipart(["name", "Ada"]), note: "no file" }),
  post("/docs/upload", { ...form("name=Ada&file=x"), note: "urlencoded" }),
  post("/docs/webhook", signed("it-is-a-secret", event)),
  post("/docs/webhook", { ...signed("another", event), note: "forged" }),
  post("/docs/webhook", { body: event, note: "unsigned" }),
  get("/docs/protected"),
  get("/docs/protected", { headers: { authorization: "Bearer let-me-in" }, note: "with the token" }),
  get("/docs/pagination"),
  get("/docs/pagination?page=3&sort=up"),
  get("/docs/pagination?page=5"),
  get("/docs/rss.xml"),
];
