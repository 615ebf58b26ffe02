/** One request to one side, and what came back, as it came. It compares nothing. */

import { request } from "node:http";

const ANSWER_TIME_MAX = 60_000;
const LOG_TIME_MAX = 30_000;

/**
 * @returns {Promise<Answer>}
 * @typedef {{ status: number, reason: string, headers: Map<string, string[]>, body: Buffer, cut: boolean,
 *   missing: string[] }} Answer `cut` tells that the connection ended early, `missing` which log lines never came
 */
export async function ask(side, exchange) {
  const answer = await exchangeWith(side, exchange);
  return { ...answer, port: side.port, missing: await unlogged(side, exchange.logs) };
}

function exchangeWith({ port }, { method, path, headers, body }) {
  return new Promise((done, failed) => {
    const cut = (error) => done({ status: 0, reason: error.code, headers: new Map(), body: Buffer.alloc(0), cut: true });
    const flat = [["host", `localhost:${port}`], ...headers].flat();
    const target = path.replace("PORT", port);
    const asked = request({ host: "127.0.0.1", port, method, path: target, agent: false, headers: lists(flat, body) }, (answer) => {
      const chunks = [];
      const finish = (isCut) => () =>
        done({
          status: answer.statusCode,
          reason: answer.statusMessage,
          headers: grouped(answer.rawHeaders),
          body: Buffer.concat(chunks),
          cut: isCut,
        });
      answer.on("data", (chunk) => chunks.push(chunk));
      answer.on("end", finish(false));
      answer.on("error", finish(true));
    });
    asked.setTimeout(ANSWER_TIME_MAX, () => failed(new Error(`${method} ${path} was not answered`)));
    asked.on("error", cut);
    asked.end(body);
  });
}

/** Names and values in turn, as `request` sends them untouched. */
function lists(flat, body) {
  const says = flat.some((each, at) => at % 2 === 0 && /^(content-length|transfer-encoding)$/i.test(each));
  if (body === undefined || says) return flat;
  return [...flat, "content-length", String(Buffer.byteLength(body))];
}

function grouped(raw) {
  const headers = new Map();
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at].toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), raw[at + 1]]);
  }
  return headers;
}

/** What was to be logged and was not, however long one waits. */
async function unlogged(side, texts) {
  const until = Date.now() + LOG_TIME_MAX;
  for (;;) {
    const missing = texts.filter((text) => !side.log().includes(text));
    if (missing.length === 0 || Date.now() > until) return missing;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
