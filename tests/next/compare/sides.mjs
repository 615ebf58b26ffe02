/** The two servers, started and stopped. What they answer is not looked at here. */

import { spawn } from "node:child_process";
import { join, resolve } from "node:path";

const START_TIME_MAX = 1_800_000;

/** Both serve what was built in the folder; each tells its port when it listens. */
export function serveBoth({ folder }, routelet) {
  const next = ["node_modules/next/dist/bin/next", "start", "--hostname", "127.0.0.1", "--port", "0"];
  return Promise.all([
    start("next", process.execPath, next, folder, /http:\/\/(?:localhost|127\.0\.0\.1):(\d+)/),
    start("routelet", resolve(routelet), ["serve", join(folder, "dist"), "--listen", "127.0.0.1:0"], folder, /:\/\/127\.0\.0\.1:(\d+)/),
  ]);
}

function start(name, program, words, cwd, told) {
  const env = { ...process.env, NEXT_TELEMETRY_DISABLED: "1" };
  const child = spawn(program, words, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const stop = () => child.kill();
  process.once("exit", stop);
  let log = "";
  return new Promise((listening, failed) => {
    const late = setTimeout(() => failed(new Error(`${name} does not listen:\n${log}`)), START_TIME_MAX);
    const read = (text) => {
      log += text;
      const port = told.exec(log)?.[1];
      if (port === undefined || Number(port) === 0) return;
      clearTimeout(late);
      listening({ name, port: Number(port), stop, log: () => log });
    };
    child.stdout.setEncoding("utf8").on("data", read);
    child.stderr.setEncoding("utf8").on("data", read);
    child.on("error", failed);
    child.on("close", (code) => failed(new Error(`${name} ended with ${code}:\n${log}`)));
  });
}
