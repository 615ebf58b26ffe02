/**
 * Where routelet answers otherwise, on purpose, and why. By exchange: what differs, and what routelet says there
 * (`null` for nothing, `true` where only the fact matters). What is listed and differs no more is a fault.
 */

const each = (names, aspects) => Object.fromEntries(names.map((name) => [name, aspects]));
const thrown = (name) => ({ body: `{"thrown":"${name}"}` });

export const deviations = [
  {
    reason: "405 says which methods there are, as RFC 9110, 15.5.6 demands; Next.js leaves Allow out.",
    exchanges: {
      "POST /docs/hello": { "header allow": "GET, HEAD, OPTIONS" },
      "PATCH /docs/users/1": { "header allow": "DELETE, GET, HEAD, OPTIONS" },
      ...each(["POST", "PUT", "PATCH", "DELETE"].map((method) => `${method} /methods/get-only`), { "header allow": "GET, HEAD, OPTIONS" }),
      ...each(["GET", "HEAD", "PUT", "PATCH", "DELETE"].map((method) => `${method} /methods/post-only`), { "header allow": "OPTIONS, POST" }),
      ...each(["POST", "PUT", "PATCH", "DELETE"].map((method) => `${method} /methods/own-options`), { "header allow": "GET, HEAD, OPTIONS" }),
      ...each(["POST", "PUT", "PATCH", "DELETE"].map((method) => `${method} /methods/own-head`), { "header allow": "GET, HEAD, OPTIONS" }),
      ...each(["GET", "HEAD", "POST", "PATCH", "DELETE"].map((method) => `${method} /methods/spelling`), { "header allow": "OPTIONS, PUT" }),
      "HEAD /methods/head-of-post": { "header allow": "OPTIONS, POST" },
    },
  },
  {
    reason: "A method that no route can have is 405 with Allow, as the documentation of Next.js says; it answers 400.",
    exchanges: {
      "PROPFIND /methods/get-only": { status: "405", "header allow": "GET, HEAD, OPTIONS" },
      "PURGE /methods/all": { status: "405", "header allow": true },
    },
  },
  {
    reason: "A path that cannot be decoded is the client's mistake, 400; Next.js means 400 and answers 500.",
    exchanges: each(["GET /params/%zz", "GET /params/%ff"], { status: "400" }),
  },
  {
    reason: "A path is decoded once and then compared, so an escape that need not be there names the same route.",
    exchanges: { "GET /params/file%2Ejson": { body: '{"dotted":true}' } },
  },
  {
    reason: "Without dynamic segments params are {}, as the generated types say; Next.js gives undefined.",
    exchanges: each(["GET /params/none", "GET /params/none?a=b", "GET /params/./none"], { body: '{"params":{}}' }),
  },
  {
    reason: "The query reaches a handler as it was sent; Next.js parses it and writes it anew, grouped and in another order.",
    exchanges: each(
      [
        "GET /query/basic?a=%20+&%C3%BC=%F0%9F%98%80",
        "GET /query/web?a=%20+&%C3%BC=%F0%9F%98%80",
        "GET /query/basic?a=1;b=2",
        "GET /query/web?a=1;b=2",
        "GET /query/basic?a=b=c",
        "GET /query/web?a=b=c",
        "GET /query/basic?b",
        "GET /query/basic?a=%zz&b=%ff",
        "GET /query/basic?a=1&b=2&a=3",
        "GET /query/basic?b=1&2=x&1=y",
        "GET /query/basic?a[]=1&a[]=2&q=//x",
      ],
      { body: true },
    ),
  },
  {
    reason: "Every request runs in an instance of its own, so nothing is left of the one before.",
    exchanges: each(["POST /module", "POST /module (again)"], { body: '{"requests":1}' }),
  },
  {
    reason: "Nothing is cached yet; what asks for it is recorded.",
    exchanges: each(["GET /config/static-options", "HEAD /config/static-options"], {
      "header cache-control": null,
      "header x-nextjs-cache": null,
    }),
  },
  {
    reason: "A static route that is asked with another method lists what there is in one Allow with OPTIONS, as all do.",
    exchanges: { "POST /config/static-options": { "header allow": "GET, HEAD, OPTIONS" } },
  },
  {
    reason: "What fails before its first byte is 500; Next.js closes the connection without an answer.",
    exchanges: each(["GET /streams/errors?case=early", "GET /streams/errors?case=thrown"], { status: "500", cut: "false" }),
  },
  {
    reason: "The reason phrase means nothing in HTTP, HTTP/2 has none, and no component can set it.",
    exchanges: {
      "GET /status/codes?status=200&body=x&reason=Fine": { reason: "OK" },
      "GET /status/codes?status=404&reason=Not+Here": { reason: "Not Found" },
    },
  },
  {
    reason: "A value beyond ASCII is sent in Latin-1, as the Fetch standard says; Next.js sends UTF-8.",
    exchanges: { "GET /headers/write?case=latin": { "header x-latin": "caf\u00e9" } },
  },
  {
    reason: "A handler's request is a NextRequest, as documented; under Next.js it is a proxy of one that is not.",
    exchanges: { "GET /url/next?case=instance": { body: '{"value":[true,true]}' } },
  },
  {
    reason: "A request that a handler makes has the host of its URL; Next.js keeps the field it was given.",
    exchanges: { "GET /url/next?case=made-again": { body: '{"value":["/url/next","GET",null]}' } },
  },
  {
    reason: "What failed has no content type; Next.js keeps that of the response that could not be sent.",
    exchanges: { "GET /errors/returned?case=used": { "header content-type": null } },
  },
  {
    reason: "The engine knows no other language than English and no time zone but UTC, and refuses them by name.",
    exchanges: each(
      ["locale-german", "date-sweden", "zone", "number-locale", "currency-euro", "collate", "segment"].map((name) => `GET /web/intl?case=${name}`),
      thrown("RangeError"),
    ),
  },
  {
    reason: "Of crypto.subtle there are digests and HMACs; ciphers and keys in pairs are refused by name.",
    exchanges: each(["aes", "pbkdf2", "rsa", "rsa-pss", "ecdsa"].map((name) => `GET /web/crypto?case=${name}`), thrown("NotSupportedError")),
  },
  {
    reason: "The label latin1 means windows-1252 in the Encoding standard; Node.js 20 decodes ISO 8859-1.",
    exchanges: { "GET /web/encoding?case=latin1": { body: '{"value":"\u00e9\u20ac"}' } },
  },
  {
    reason: "The head of Response.redirect() may still be changed, which the Fetch standard forbids and nothing depends on.",
    exchanges: { "GET /web/response?case=frozen": { body: '{"value":"undefined"}' } },
  },
  {
    reason: "There is one instance and one thread, so no channel between several, and no WebAssembly in WebAssembly.",
    exchanges: { "GET /web/classes?case=names": { body: '{"value":["BroadcastChannel","MessageChannel","WebAssembly"]}' } },
  },
];
