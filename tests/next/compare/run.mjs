/**
 * Asks the same of `next start` and of `routelet serve`, which serve one application, and tells every difference
 * that deviations.mjs does not list, and everything listed there that is no difference any more.
 *
 *     node compare/run.mjs --routelet PROGRAM [--work DIRECTORY] [--only TEXT]
 */

import { parseArgs } from "node:util";

import { ask } from "./client.mjs";
import { beside, deviations } from "./deviations.mjs";
import { exchanges } from "./exchanges/index.mjs";
import { differences, verdict } from "./judge.mjs";
import { unkept } from "./kept.mjs";
import { prepare } from "./prepare.mjs";
import { serveBoth } from "./sides.mjs";

const { values } = parseArgs({
  options: { routelet: { type: "string" }, work: { type: "string" }, only: { type: "string", default: "" } },
});
if (values.routelet === undefined) {
  console.error("expected --routelet, the program to compare with Next.js");
  process.exit(2);
}

const site = await prepare(values);
const sides = await serveBoth(site, values.routelet);
const chosen = exchanges.filter(({ name }) => name.includes(values.only));
const found = new Map();
for (const exchange of chosen) {
  const answers = await Promise.all(sides.map((side) => ask(side, exchange)));
  found.set(exchange.name, differences(exchange, ...answers));
}
sides.forEach((side) => side.stop());

const { lines, faults: differing } = verdict(found, deviations, chosen);
const lost = await unkept(beside);
const faults = differing + lost.length;
console.log([...lines, ...lost].join("\n"));
console.log(
  `${site.routes} route files, ${chosen.length} exchanges: ${faults} wrong; ` +
    `${[...found.values()].filter((each) => each.size === 0).length} equal, the others listed with their reason`,
);
process.exit(faults === 0 ? 0 : 1);
