/**
 * Where routelet answers otherwise, on purpose, and why.
 *
 * `deviations` shows itself in exchanges. By exchange: what differs, and what routelet says there (`null` for nothing,
 * `true` where only the fact matters). What is listed and differs no more is a fault.
 *
 * `beside` no exchange can show, since it concerns what is built, what is logged, or an application with other
 * settings. Each names a test of this repository that keeps it, as `[file, text in it]`.
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
      "TRACE /methods/all": { status: "405", "header allow": true },
    },
  },
  {
    reason: "A path that cannot be decoded is the client's mistake, 400; Next.js means 400 and answers 500.",
    exchanges: each(["GET /params/%zz", "GET /params/%ff"], { status: "400" }),
  },
  {
    reason: "No name of anything holds a NUL, and what is written in C reads up to it: 400; Next.js hands it on.",
    exchanges: { "GET /params/a%00b": { status: "400" } },
  },
  {
    reason: "A target may be a whole URL (RFC 9112, 3.2.2); Next.js redirects it to itself.",
    exchanges: { "GET http://localhost:PORT/docs/hello": { status: "200", "header location": null } },
  },
  {
    reason: "There are no pages whose parts a client could ask for, so the field `rsc` means nothing; Next.js redirects to `?_rsc`.",
    exchanges: { "GET /docs/hello (for a page)": { status: "200", "header location": null } },
  },
  {
    reason: "A cookie whose name or attributes would begin others is refused by name; Next.js sends what was injected.",
    exchanges: each(["GET /cookies/write?case=split", "GET /cookies/write?case=split-path"], {
      status: "500",
      body: "",
      "header content-type": null,
      "header set-cookie": null,
    }),
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

const TREE = "host/src/site/tree/tests.rs";
const HANDLE = "guest-sdk/js/test/handle.test.js";
const OPTIONS = "guest-sdk/js/test/options.test.js";

export const beside = [
  {
    reason: "Folders that match the same paths under two names, and a catch-all beside an optional one, are errors of the site; Next.js builds such an application and fails to start it.",
    kept: ["host/src/routing/table/tests.rs", "fn conflicts_name_both_files_and_the_way_out"],
  },
  {
    reason: "A file in public/ and a route at one path are an error that names both; Next.js lets the file win in silence.",
    kept: [TREE, "public/i.txt: answers /i.txt, as app/i.txt/route.wasm does"],
  },
  {
    reason: "Two route files in one folder are an error that names both; Next.js takes one of them.",
    kept: [TREE, "app/c/route.ts: lies beside app/c/route.wasm"],
  },
  {
    reason: "A bracket spans the whole name of a folder; Next.js takes pre-[id] for a name, and answers at that alone.",
    kept: ["host/src/routing/segment/tests.rs", "`pre-[id]` has brackets in a part of its name"],
  },
  {
    reason: "An intercepting marker is an error, since there are no pages to intercept; Next.js answers at its literal name.",
    kept: ["host/src/routing/segment/tests.rs", "`(.)photo` is an intercepting marker"],
  },
  {
    reason: "What the server answers in place of a handler (400, 404, 405, 308) has a body of its own, and no Refresh.",
    kept: ["tests/tests/e2e/answering.rs", "fn a_refusal_speaks_json_to_those_who_prefer_it"],
  },
  {
    reason: "A request body over the limit of its segment is 413; a handler of Next.js reads as much as is sent.",
    kept: ["tests/tests/e2e/requests.rs", "fn a_request_body_over_its_limit_is_too_large"],
  },
  {
    reason: "X-Forwarded-* say what the server believes; Next.js hands on what any client wrote there.",
    kept: ["tests/tests/e2e/believed.rs", "fn a_guest_is_told_what_a_trusted_proxy_says_and_nothing_that_others_say"],
  },
  {
    reason: "unauthorized() and forbidden() answer 401 and 403; Next.js answers 500 unless `authInterrupts` is set, as it is here.",
    kept: [HANDLE, "[() => unauthorized(), 401, null]"],
  },
  {
    reason: "request.signal never aborts: WASI 0.2 has no way to tell a guest that its client left. The host ends the instance then; Next.js aborts the signal, and lets the handler run on.",
    kept: [HANDLE, "a signal of its own, which never aborts"],
  },
  {
    reason: "draftMode() is never enabled, and changing it throws: there is no cache for a draft to pass by.",
    kept: [HANDLE, "no draft, which cannot be asked for"],
  },
  {
    reason: "What asks for a cache is checked, recorded, warned of at build and said in the log, and the handler runs each time; Next.js caches.",
    kept: ["guest-sdk/js/test/asked.test.js", "read in a file"],
  },
  {
    reason: "`dynamicParams = false` beside `generateStaticParams` is a build error, since the handler would be given params that Next.js answers with 404.",
    kept: [OPTIONS, '["closed params"'],
  },
];
