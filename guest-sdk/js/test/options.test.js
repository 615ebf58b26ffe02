// What a route file exports, read without running it.

import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { readOptions } from "../build/options.mjs";

const GET = "export async function GET(request: Request) { return new Response() }\n";

const ALL = `export const dynamic = "auto"
export const dynamicParams = false
export const revalidate = 60
export const fetchCache = "only-cache"
export const runtime = "nodejs"
export const preferredRegion = "fra1"
export const maxDuration = 30
`;
const CLOSED = "export function generateStaticParams() { return [] }\nexport const dynamicParams = false\n";

const accepted = [
  ["a function", GET, ["GET"], {}],
  ["an arrow", "export const POST = async () => new Response()", ["POST"], {}],
  ["a wrapped handler", "import { wrap } from './w'\nexport const GET = wrap(() => 1)", ["GET"], {}],
  ["a list", "function handler() {}\nexport { handler as GET, handler as POST }", ["GET", "POST"], {}],
  ["another file's", "export { GET } from './other'", ["GET"], {}],
  ["destructured", "export const { GET, POST } = handlers()", ["GET", "POST"], {}],
  ["dynamic", `${GET}export const dynamic = 'force-static'`, ["GET"], { dynamic: "force-static" }],
  ["revalidate", `${GET}export const revalidate = 60`, ["GET"], { revalidate: 60 }],
  ["revalidate off", `${GET}export const revalidate = false`, ["GET"], { revalidate: false }],
  ["several", `${GET}export const runtime = "edge"\nexport const preferredRegion = ["iad1"]\nexport const maxDuration = 5`, ["GET"], { runtime: "edge", preferredRegion: ["iad1"], maxDuration: 5 }],
  ["as const", `${GET}export const fetchCache = 'auto' as const`, ["GET"], { fetchCache: "auto" }],
  ["static params", `${GET}export function generateStaticParams() { return [] }`, ["GET"], { generateStaticParams: true }],
  ["all of them", `${GET}${ALL}`, ["GET"], {
    dynamic: "auto", dynamicParams: false, revalidate: 60, fetchCache: "only-cache", runtime: "nodejs", preferredRegion: "fra1", maxDuration: 30,
  }],
  ["closed params of a route that is never rendered ahead", `${GET}${CLOSED}export const dynamic = "force-dynamic"`, ["GET"], {
    dynamicParams: false, generateStaticParams: true, dynamic: "force-dynamic",
  }],
];

const refused = [
  ["no export", "const a = 1", 1, /exports nothing that answers; expected a function named GET/],
  ["lower case", "\nexport function get() {}", 2, /`get` answers nothing; methods are spelt in capitals: GET/],
  ["default alone", "export default function handler() {}", 1, /the default export answers nothing/],
  ["no function", `export const GET = "text"`, 1, /GET is no function; expected `export async function GET/],
  ["unknown dynamic", `${GET}export const dynamic = 'sometimes'`, 2, /dynamic is "sometimes"; expected "auto", "force-dynamic"/],
  ["text revalidate", `${GET}export const revalidate = '60'`, 2, /revalidate is "60"; expected false, 0 or a positive/],
  ["negative revalidate", `${GET}export const revalidate = -1`, 2, /revalidate is -1/],
  ["computed revalidate", `${GET}export const revalidate = 60 * 10`, 2, /revalidate has to be a literal/],
  ["fractional revalidate", `${GET}export const revalidate = 1.5`, 2, /^revalidate is 1.5; expected false, 0 or a positive number of seconds$/],
  ["revalidate on", `${GET}export const revalidate = true`, 2, /^revalidate is true; expected false, 0 or a positive number of seconds$/],
  ["unknown runtime", `${GET}export const runtime = 'deno'`, 2, /^runtime is "deno"; expected "nodejs", "edge", "experimental-edge"$/],
  ["unknown fetchCache", `${GET}export const fetchCache = 'no-store'`, 2, /^fetchCache is "no-store"; expected "auto", "default-cache", "only-cache", "force-cache", "default-no-store", "only-no-store", "force-no-store"$/],
  ["fetchCache off", `${GET}export const fetchCache = false`, 2, /^fetchCache is false; expected "auto"/],
  ["text dynamicParams", `${GET}export const dynamicParams = 'false'`, 2, /^dynamicParams is "false"; expected true or false$/],
  ["computed dynamicParams", `${GET}export const dynamicParams = Boolean(0)`, 2, /^dynamicParams has to be a literal/],
  ["a number as region", `${GET}export const preferredRegion = 1`, 2, /^preferredRegion is 1; expected a region or a list of regions$/],
  ["a list of numbers as regions", `${GET}export const preferredRegion = ['fra1', 2]`, 2, /^preferredRegion is \["fra1",2\]; expected a region or a list of regions$/],
  ["no time", `${GET}export const maxDuration = 0`, 2, /^maxDuration is 0; expected a positive number of seconds$/],
  ["text time", `${GET}export const maxDuration = '30'`, 2, /^maxDuration is "30"; expected a positive number of seconds$/],
  ["static params that are no function", `${GET}export const generateStaticParams = [{ id: '1' }]`, 2, /^generateStaticParams is no function/],
  ["closed params", `${GET}${CLOSED}`, 3, /^dynamicParams = false cannot be honoured: params that generateStaticParams does not list would reach the handler/],
];

const RECORDED = "is recorded and not acted on: ";
/** What follows an export, and nothing where Next.js does no more. */
const unmet = [
  ["dynamic = 'force-static'", `dynamic = "force-static" ${RECORDED}the handler runs for each request and sees all of it`],
  ["dynamic = 'error'", `dynamic = "error" ${RECORDED}the handler runs for each request and sees all of it`],
  ["dynamic = 'force-dynamic'", null],
  ["dynamic = 'auto'", null],
  ["revalidate = 60", `revalidate = 60 ${RECORDED}no answer is kept, the handler runs for each request`],
  ["revalidate = false", `revalidate = false ${RECORDED}no answer is kept, the handler runs for each request`],
  ["revalidate = 0", null],
  ["fetchCache = 'force-cache'", `fetchCache = "force-cache" ${RECORDED}\`fetch\` asks the other server each time`],
  ["fetchCache = 'force-no-store'", null],
  ["runtime = 'edge'", `runtime = "edge" ${RECORDED}there is one engine for all routes`],
  ["runtime = 'nodejs'", null],
  ["preferredRegion = ['fra1']", `preferredRegion = ["fra1"] ${RECORDED}a route runs where its server does`],
  ["preferredRegion = 'auto'", null],
  ["maxDuration = 5", `maxDuration = 5 ${RECORDED}how long a request may take is \`wall\` under [limits] of a segment.toml`],
  ["generateStaticParams = async () => []", "generateStaticParams is recorded and not called: nothing is rendered ahead, the handler runs for each request"],
  ["dynamicParams = false", null],
];

describe("accepted", () => {
  for (const [what, text, methods, options] of accepted) {
    it(what, async () => {
      const read = await readOptions(text, "ts");
      assert.deepEqual([read.methods, read.options, read.wrong], [methods, options, []]);
    });
  }
});

describe("refused", () => {
  for (const [what, text, line, expected] of refused) {
    it(what, async () => {
      const { wrong } = await readOptions(text, "ts");
      assert.equal(wrong.length, 1, JSON.stringify(wrong));
      assert.equal(wrong[0].line, line);
      assert.match(wrong[0].text, expected);
    });
  }

  it("config answers nothing, and the warning names what does", async () => {
    const { wrong, odd } = await readOptions(`${GET}export const config = { api: { bodyParser: false } }`, "ts");
    assert.deepEqual([wrong, odd.length, odd[0].line], [[], 1, 2]);
    assert.match(odd[0].text, /^`config` means nothing in a route file; its options are exports of their own: dynamic, /);
  });

  it("what answers nothing is a warning where something else does", async () => {
    const { wrong, odd } = await readOptions(`${GET}export default 1\nexport const post = 1\nexport const other = 1`, "ts");
    assert.deepEqual(wrong, []);
    assert.equal(odd.length, 3);
  });
});

describe("recorded and not acted on yet", () => {
  for (const [text, expected] of unmet) {
    it(`${text} ${expected === null ? "says nothing" : "is a warning"}`, async () => {
      const read = await readOptions(`${GET}export const ${text}`, "ts");
      assert.deepEqual(read.wrong, []);
      assert.deepEqual(read.unmet, expected === null ? [] : [{ text: expected, line: 2 }]);
    });
  }

  it("is no reason why nothing answers", async () => {
    const { wrong } = await readOptions("export const revalidate = 60", "ts");
    assert.match(wrong[0].text, /^exports nothing that answers; expected/);
  });
});

it("where each handler is declared", async () => {
  const text = "type A = {\n  a: 1\n}\nasync function read() {}\nexport const POST = () => 1\nexport { read as GET }\nexport { PUT } from './put'\n";
  const { lines } = await readOptions(text, "ts");
  assert.deepEqual(lines, { POST: 5, GET: 4, PUT: null });
});
