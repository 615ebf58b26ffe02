/** What a handler stands on: URLs, the modules of Node.js, the classes of the web, packages, imports. */

import { cases, exchange, get, json, post, refused } from "./exchange.mjs";

const words = (text) => text.trim().split(/\s+/);

const NEXT_URL = words(`parts hrefs extras clone mutable host params same relative web made made-url made-again
  made-of-request page ua ip instance fields cache`);
const URLS = words(`parts relative ports invalid invalid-host parse idn ipv4 ipv6 encode opaque data file change
  search-live json tabs tag`);
const SEARCH = words(`text object pairs bad-pairs encoding decoding has delete set sort each object_of entries form lone newline`);
const urls = [
  ...cases("/url/next", NEXT_URL),
  get("/url/next?case=parts&x=a+b&y=%C3%BC"),
  ...cases("/url/web", URLS),
  ...cases("/url/search", SEARCH),
];

const CRYPTO = words(`hmac encodings pieces hash hex-in buffer digest-twice unknown nothing-in equal equal-length uuid
  bytes int default stripe web`);
const BUFFER = words(`text base64 latin utf16 concat compare alloc numbers length same json slice search invalid`);
const MODULES = words(`store promisify format inspect equal types url immediate tick events path query wait assert process global`);
const node = [get("/env"), ...cases("/node/crypto", CRYPTO), ...cases("/node/buffer", BUFFER), ...cases("/node/modules", MODULES)];

const WEB = {
  crypto: `digest digest-object digest-unknown hmac verify key-fields wrong-usage generate jwk aes pbkdf2 rsa rsa-pss ecdsa uuid
    random random-large`,
  encoding: `encode into decode keep-bom fatal stream latin1 utf16 label bad-label btoa btoa-wide atob-bad uri uri-bad
    json json-bad normal`,
  timers: `order arguments cleared interval unref abort reason throws timeout any race settled first no-first clone
    clone-function clone-cycle clone-error now fetch-abort`,
  intl: `iso parse parse-bad iso-bad parts text locale-date locale-time locale-both locale-german locale-long date-format
    date-short date-sweden zone own-zone number-locale number-plain currency currency-euro percent compact plural
    relative list collate compare segment fixed`,
  response: `json json-type next-json clone clone-used clone-empty clone-next defaults error redirect frozen mutable used
    reads form-back bad-status null-body instance of-response tag`,
  request: `defaults method bad-method trace get-body json type clone copy changed incoming elsewhere relative credentials
    signal form tag`,
  classes: `names blob file form event exception gzip deflate errors`,
  language: `types at arrays strings patterns unicode numbers optional generators proxies symbols maps order labelled
    sorted evaluated`,
};
const web = [
  ...Object.entries(WEB).flatMap(([route, names]) => cases(`/web/${route}`, words(names))),
  post("/web/request", { body: "text" }),
  exchange("PUT", "/web/request", { body: "text" }),
];

const order = { email: "a@b.example", items: [{ id: 1 }], kind: "normal", at: "2026-03-04" };
const packages = [
  post("/packages/zod", json(order)),
  post("/packages/zod", { ...json({ ...order, email: "no", items: [], kind: "x" }), note: "wrong" }),
  post("/packages/jose", json({ user: "ada" })),
  get("/packages/jose", { headers: { authorization: "Bearer a.b.c" } }),
  get("/packages/small"),
];

const modules = [get("/imports"), get("/module"), post("/module"), post("/module", { note: "again" })];
const options = [get("/config/dynamic?a=1"), get("/config/static-options"), exchange("HEAD", "/config/static-options"), refused("POST", "/config/static-options")];

export default [...urls, ...node, ...web, ...packages, ...modules, ...options];
