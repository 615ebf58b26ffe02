/** The application as both sides serve it: copied aside, its packages installed, built by each. It serves nothing. */

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const application = fileURLToPath(new URL("..", import.meta.url));
const PARTS = ["app", "lib", "public", ".env", "next.config.mjs", "package.json", "package-lock.json", "tsconfig.json"];

/**
 * What has not changed since the last time is not made again.
 *
 * @returns {Promise<{ folder: string, routes: number }>} `routes` counts the route files
 */
export async function prepare({ routelet, work }) {
  const folder = resolve(work ?? join(application, "../../target/next"), "site");
  const files = await copy(folder);
  await once(folder, "packages", [await contents(folder, ["package-lock.json"])], () =>
    // Not `ci`: it fails where a registry does not hold the packages of other platforms.
    run(folder, "npm", ["install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]),
  );
  await Promise.all([
    once(folder, "next", [await contents(folder, files)], () => run(folder, process.execPath, ["node_modules/next/dist/bin/next", "build"])),
    run(folder, resolve(routelet), ["build", folder]),
  ]);
  return { folder, routes: files.filter((file) => /(^|\/)route\.[jt]sx?$/.test(file)).length };
}

/** Copies what changed, so that times tell builders what did, and removes what is gone. */
async function copy(folder) {
  await mkdir(folder, { recursive: true });
  const wanted = (await Promise.all(PARTS.map((part) => filesBelow(application, part)))).flat().sort();
  const there = (await Promise.all(PARTS.map((part) => filesBelow(folder, part)))).flat();
  for (const gone of there.filter((file) => !wanted.includes(file))) await rm(join(folder, gone));
  for (const file of wanted) {
    const [before, now] = [join(folder, file), join(application, file)];
    const same = there.includes(file) && (await readFile(before)).equals(await readFile(now));
    if (!same) await cp(now, before);
  }
  return wanted;
}

async function filesBelow(root, part) {
  const listed = await readdir(join(root, part), { recursive: true, withFileTypes: true }).catch((error) => {
    if (error.code === "ENOTDIR") return null;
    if (error.code === "ENOENT") return [];
    throw error;
  });
  if (listed === null) return [part];
  return listed.filter((entry) => entry.isFile()).map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

async function contents(folder, files) {
  const hash = createHash("sha256");
  for (const file of files) hash.update(file).update("\0").update(await readFile(join(folder, file)));
  return hash.digest("hex");
}

/** Does `work` unless it has been done for the same contents. */
async function once(folder, name, parts, work) {
  const mark = join(folder, "..", `${name}.done`);
  const state = parts.join(" ");
  const before = await readFile(mark, "utf8").catch(() => "");
  if (before === state) return;
  await rm(mark, { force: true });
  await work();
  await writeFile(mark, state);
}

function run(folder, program, words) {
  return new Promise((done, failed) => {
    const env = { ...process.env, NEXT_TELEMETRY_DISABLED: "1", CI: "1" };
    const child = spawn(program, words, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
    const said = [];
    for (const output of [child.stdout, child.stderr]) output.on("data", (text) => said.push(text));
    child.on("error", failed);
    child.on("close", (code) => {
      if (code === 0) return done();
      failed(new Error(`${program} ${words.join(" ")} ended with ${code}:\n${Buffer.concat(said)}`));
    });
  });
}
