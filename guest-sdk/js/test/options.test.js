// What a route file exports, read without running it.

import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { readOptions } from "../build/options.mjs";

const GET = "export async function GET(request: Request) { return new Response() }\n";

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
  ["static params", `${GET}export function generateStaticParams() { return [] }`, ["GET"], {}],
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
  ["unknown runtime", `${GET}export const runtime = 'deno'`, 2, /runtime is "deno"/],
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

  it("what answers nothing is a warning where something else does", async () => {
    const { wrong, odd } = await readOptions(`${GET}export default 1\nexport const post = 1\nexport const other = 1`, "ts");
    assert.deepEqual(wrong, []);
    assert.equal(odd.length, 3);
  });
});
