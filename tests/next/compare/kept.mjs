/** Whether the deviations that no exchange shows are still kept by the tests they name. It runs none of them. */

import { readFile } from "node:fs/promises";

const repository = new URL("../../../", import.meta.url);

/**
 * What is wrong with each whose test is gone.
 *
 * @param {{ reason: string, kept: [file: string, text: string] }[]} beside
 */
export async function unkept(beside) {
  const found = await Promise.all(beside.map(async ({ reason, kept: [file, text] }) => {
    const tests = await readFile(new URL(file, repository), "utf8").catch(() => "");
    return tests.includes(text) ? null : `${file} has no "${text}" any more, which was to keep this: ${reason}`;
  }));
  return found.filter((line) => line !== null);
}
