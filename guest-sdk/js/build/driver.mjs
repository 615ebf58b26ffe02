/**
 * Builds route files for whoever holds the other end of standard input and output: a job a line, as JSON, and an
 * answer a line for each. It lives as long as its input is open, since most of its time goes into getting ready.
 */

import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";

import { Engine } from "./engine.mjs";
import { RouteError, buildRoute } from "./route.mjs";

const WORLD = `package routelet:javascript;

world component {
  import routelet:route/context@0.2.0;
  import wasi:cli/environment@0.2.10;
  import wasi:cli/exit@0.2.10;
  export wasi:http/incoming-handler@0.2.10;
}
`;

/** The world of a route file, beside the packages it speaks of. */
async function worldIn(scratch, wit) {
  const folder = join(scratch, `wit-${process.pid}`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, "deps"), { recursive: true });
  await cp(join(wit, "deps"), join(folder, "deps"), { recursive: true });
  await cp(wit, join(folder, "deps/routelet"), { recursive: true, filter: (file) => file === wit || file.endsWith(".wit") });
  await writeFile(join(folder, "javascript.wit"), WORLD);
  return folder;
}

async function answer(job, engine, scratch) {
  try {
    return { source: job.source, ...(await buildRoute({ ...job, engine, scratch })), findings: [] };
  } catch (error) {
    if (error instanceof RouteError) return { source: job.source, inputs: error.inputs, warnings: [], findings: error.findings };
    const text = `building it failed: ${error?.stack ?? error}`;
    return { source: job.source, inputs: [], warnings: [], findings: [{ text, file: job.source, line: null, column: null, lineText: "" }] };
  }
}

const [wit, scratch] = process.argv.slice(2);
// What tools print is for people; standard output is the protocol's.
console.log = console.error;
await mkdir(scratch, { recursive: true });
const world = await worldIn(scratch, wit);
const engine = await Engine.of(world, dirname(scratch));
await rm(world, { recursive: true, force: true });
for await (const line of createInterface({ input: process.stdin })) {
  const answered = await answer(JSON.parse(line), engine, scratch);
  process.stdout.write(`${JSON.stringify(answered)}\n`);
}
