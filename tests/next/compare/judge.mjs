/** Two answers to one request: how they differ once what must differ is set aside. It asks nobody. */

/** Of the connection or of the clock; the framing of a body is no part of the answer. */
const ASIDE = ["date", "connection", "keep-alive", "transfer-encoding", "content-length"];
/** Added by the framework to every answer, for pages of its own. */
const FRAMEWORK_VARY = ["rsc", "next-router-state-tree", "next-router-prefetch", "next-router-segment-prefetch"];

/**
 * What differs, by aspect: `status`, `reason`, `cut`, `body`, `log` or `header NAME`.
 *
 * @returns {Map<string, { next: string, routelet: string }>}
 */
export function differences(exchange, next, routelet) {
  const [one, other] = [next, routelet].map((answer) => aspects(exchange, answer));
  const differing = [...new Set([...one.keys(), ...other.keys()])].filter((aspect) => one.get(aspect) !== other.get(aspect));
  return new Map(differing.map((aspect) => [aspect, { next: one.get(aspect), routelet: other.get(aspect) }]));
}

function aspects({ mask, only, reason }, answer) {
  const plain = (text) => mask.reduce((masked, [found, shown]) => masked.replace(found, shown), unported(text, answer.port));
  const told = new Map([
    ["status", String(answer.status)],
    ["reason", reason ? answer.reason : ""],
    ["cut", String(answer.cut)],
    ["body", plain(shown(answer.body))],
    ["log", answer.missing.join(", ")],
  ]);
  for (const [name, values] of answer.headers) {
    // But for one field, a list in several lines means what it means in one (RFC 9110, 5.3).
    const text = name === "vary" ? ownVary(values) : values.map(plain).join(name === "set-cookie" ? "\n" : ", ");
    if (!ASIDE.includes(name) && text !== "") told.set(`header ${name}`, text);
  }
  return only === undefined ? told : new Map([...told].filter(([aspect]) => only.includes(aspect)));
}

function unported(text, port) {
  return text.replaceAll(`localhost:${port}`, "localhost:PORT").replaceAll(`127.0.0.1:${port}`, "127.0.0.1:PORT");
}

/** Text as text, anything else in hexadecimal. */
function shown(bytes) {
  const text = bytes.toString("utf8");
  return Buffer.from(text, "utf8").equals(bytes) ? text : `0x${bytes.toString("hex")}`;
}

function ownVary(values) {
  const names = values.flatMap((value) => value.split(",")).map((name) => name.trim());
  return names.filter((name) => !FRAMEWORK_VARY.includes(name)).join(", ");
}

/** Holds what was found against the list of deviations, both ways. */
export function verdict(found, deviations, chosen) {
  const lines = [];
  let faults = 0;
  const fault = (line) => {
    faults += 1;
    lines.push(line);
  };
  const expected = listed(deviations, fault);
  for (const [name, differing] of found) {
    const wanted = expected.get(name) ?? {};
    for (const [aspect, { next, routelet }] of differing) {
      const isListed = aspect in wanted && (wanted[aspect] === true || wanted[aspect] === (routelet ?? null));
      if (!isListed) fault(`${name}: ${aspect}\n    next:     ${cropped(next)}\n    routelet: ${cropped(routelet)}`);
    }
    for (const aspect of Object.keys(wanted).filter((aspect) => !differing.has(aspect))) {
      fault(`${name}: ${aspect} does not differ any more; take it off the list`);
    }
  }
  const names = new Set(chosen.map(({ name }) => name));
  const isWhole = names.size === found.size && chosen.isWhole;
  for (const name of expected.keys()) if (isWhole && !names.has(name)) fault(`${name} is listed and never asked`);
  return { lines, faults };
}

function listed(deviations, fault) {
  const expected = new Map();
  for (const { reason, exchanges } of deviations) {
    if (!reason) fault("a deviation has no reason");
    for (const [name, aspects] of Object.entries(exchanges)) expected.set(name, { ...expected.get(name), ...aspects });
  }
  return expected;
}

const SHOWN_MAX = 600;

function cropped(text) {
  if (text === undefined) return "(none)";
  const quoted = JSON.stringify(text);
  return quoted.length > SHOWN_MAX ? `${quoted.slice(0, SHOWN_MAX)}...` : quoted;
}
