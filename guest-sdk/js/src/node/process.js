/** `process`, as far as a route handler may know one: its variables, and that it is production. */

import { getEnvironment } from "wasi:cli/environment@0.2.10";

import { touched } from "../module.js";

let variables = null;

/** Variables and secrets that the policy of the route grants. */
function granted() {
  if (touched()) return {};
  return (variables ??= { NODE_ENV: "production", ...Object.fromEntries(getEnvironment()) });
}

const env = new Proxy(
  {},
  {
    get: (_, name) => granted()[name],
    has: (_, name) => name in granted(),
    ownKeys: () => Reflect.ownKeys(granted()),
    getOwnPropertyDescriptor: (_, name) => {
      const found = Object.getOwnPropertyDescriptor(granted(), name);
      return found && { ...found, configurable: true };
    },
    set: (_, name, value) => {
      granted()[name] = String(value);
      return true;
    },
    deleteProperty: (_, name) => delete granted()[name],
  },
);

function unavailable(name) {
  return () => {
    throw new Error(`\`process.${name}\` is not offered to a route handler`);
  };
}

const started = () => performance.now();

/** What node calls `process`. */
export const process = {
  env,
  argv: [],
  platform: "wasi",
  arch: "wasm32",
  version: "v20.0.0",
  versions: { node: "20.0.0" },
  browser: false,
  nextTick: (work, ...given) => queueMicrotask(() => work(...given)),
  uptime: () => started() / 1000,
  hrtime: Object.assign(
    (since = [0, 0]) => {
      const now = started() * 1e6 - (since[0] * 1e9 + since[1]);
      return [Math.floor(now / 1e9), Math.floor(now % 1e9)];
    },
    { bigint: () => BigInt(Math.round(started() * 1e6)) },
  ),
  cwd: () => "/",
  emitWarning: (warning) => console.warn(String(warning)),
  on: () => process,
  once: () => process,
  off: () => process,
  exit: unavailable("exit"),
  chdir: unavailable("chdir"),
};

export default process;
