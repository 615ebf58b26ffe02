/**
 * Makes a component of a script that answers GET, by componentize-js alone. It is run where that is installed.
 *
 *     node native.mjs WIT SCRIPT SCRATCH OUTPUT
 */

import { cp, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { componentize } from "@bytecodealliance/componentize-js";

const WORLD = `package routelet:test;

world native {
  import routelet:route/context@0.2.0;
  export routelet:route/get@0.2.0;
}
`;

const [wit, script, scratch, output] = process.argv.slice(2);
await mkdir(join(scratch, "deps"), { recursive: true });
await cp(join(wit, "deps"), join(scratch, "deps"), { recursive: true });
await cp(wit, join(scratch, "deps/routelet"), { recursive: true, filter: (file) => file === wit || file.endsWith(".wit") });
await writeFile(join(scratch, "native.wit"), WORLD);
// Events of fetch come through `wasi:http/incoming-handler`, which this world does not export.
const options = { witPath: scratch, worldName: "native", disableFeatures: ["fetch-event"] };
const { component } = await componentize(await readFile(script, "utf8"), options);
// Whoever else makes it at this moment reads all of it or nothing.
await writeFile(`${output}.${process.pid}`, component);
await rename(`${output}.${process.pid}`, output);
