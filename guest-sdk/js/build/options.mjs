/** What a route file exports, read without running it: its methods and its options. */

import { parse } from "acorn";
import * as esbuild from "esbuild";

import { lineIn } from "./lines.mjs";

export const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

const DOCUMENTED = "https://nextjs.org/docs/app/api-reference/file-conventions/route-segment-config";

const oneOf =
  (...words) =>
  (value) =>
    words.includes(value) ? null : words.map((word) => `"${word}"`).join(", ");

const isText = (value) => typeof value === "string";

/** For each option, what is wrong with a value: what was expected, or null. */
const OPTIONS = {
  dynamic: oneOf("auto", "force-dynamic", "error", "force-static"),
  dynamicParams: (value) => (typeof value === "boolean" ? null : "true or false"),
  revalidate: (value) =>
    value === false || (Number.isInteger(value) && value >= 0) ? null : "false, 0 or a positive number of seconds",
  fetchCache: oneOf(
    "auto",
    "default-cache",
    "only-cache",
    "force-cache",
    "default-no-store",
    "only-no-store",
    "force-no-store",
  ),
  runtime: oneOf("nodejs", "edge", "experimental-edge"),
  preferredRegion: (value) =>
    isText(value) || (Array.isArray(value) && value.every(isText)) ? null : "a region or a list of regions",
  maxDuration: (value) => (Number.isInteger(value) && value > 0 ? null : "a positive number of seconds"),
};

const EACH_REQUEST = "the handler runs for each request";

/** For each option, what a value asks for and does not get; null where it gets what Next.js would give it. */
const UNMET = {
  dynamic: (value) => (["error", "force-static"].includes(value) ? `${EACH_REQUEST} and sees all of it` : null),
  dynamicParams: () => null,
  revalidate: (value) => (value === 0 ? null : `no answer is kept, ${EACH_REQUEST}`),
  fetchCache: (value) =>
    ["default-cache", "only-cache", "force-cache"].includes(value) ? "`fetch` asks the other server each time" : null,
  runtime: (value) => (value === "nodejs" ? null : "there is one engine for all routes"),
  preferredRegion: (value) => (value === "auto" ? null : "a route runs where its server does"),
  maxDuration: () => "how long a request may take is `wall` under [limits] of a segment.toml",
};

/** Called by a build that renders ahead; its presence is recorded like an option. */
const STATIC_PARAMS = "generateStaticParams";

/**
 * @param {string} text the source
 * @param {"ts" | "tsx" | "js" | "jsx"} loader
 * @returns {{ methods: string[], options: object, lines: Record<string, number | null>, wrong: Finding[], odd: Finding[],
 *   unmet: Finding[], opaque: boolean }} `lines` says where each export is declared; `wrong` keeps the route from being
 *   built, `odd` answers nothing and `unmet` asks for what is not done yet, both worth a warning
 * @typedef {{ text: string, line: number | null }} Finding
 */
export async function readOptions(text, loader) {
  const { code, map } = await esbuild.transform(text, { loader, format: "esm", sourcemap: "external" });
  const program = parse(code, { ecmaVersion: "latest", sourceType: "module", locations: true });
  const lineOf = lineIn(JSON.parse(map));
  const read = { methods: [], options: {}, lines: {}, wrong: [], odd: [], unmet: [], opaque: false };
  for (const statement of program.body) visit(statement, program, read, lineOf);
  judge(read);
  return read;
}

function visit(statement, program, read, lineOf) {
  if (statement.type === "ExportAllDeclaration" && statement.exported === null) {
    read.opaque = true;
  } else if (statement.type === "ExportDefaultDeclaration") {
    add(read, "default", null, lineOf(statement));
  } else if (statement.type === "ExportNamedDeclaration") {
    for (const { name, value, node } of exportedBy(statement, program)) add(read, name, value, lineOf(node));
  }
}

/** The names an export statement exports, each with the expression it stands for where that can be seen. */
function* exportedBy(statement, program) {
  const { declaration, specifiers, source } = statement;
  if (declaration?.type === "VariableDeclaration") {
    for (const each of declaration.declarations) {
      if (each.id.type === "Identifier") yield { name: each.id.name, value: each.init, node: each };
      else for (const name of boundBy(each.id)) yield { name, value: null, node: each };
    }
  } else if (declaration) {
    yield { name: declaration.id.name, value: declaration, node: declaration };
  }
  for (const each of specifiers) {
    const value = source ? null : declared(program, each.local.name);
    yield { name: each.exported.name ?? each.exported.value, value, node: value ?? each };
  }
}

function* boundBy(pattern) {
  if (pattern.type === "ObjectPattern") {
    for (const { value } of pattern.properties) if (value?.type === "Identifier") yield value.name;
  }
}

function declared(program, name) {
  for (const statement of program.body) {
    if (statement.type === "FunctionDeclaration" && statement.id.name === name) return statement;
    if (statement.type !== "VariableDeclaration") continue;
    const found = statement.declarations.find((each) => each.id.name === name);
    if (found) return found.init;
  }
  return null;
}

function add(read, name, value, line) {
  read.lines[name] = line;
  if (METHODS.includes(name)) {
    read.methods.push(name);
    if (isNoFunction(value)) {
      read.wrong.push({ line, text: `${name} is no function; expected \`export async function ${name}(request) { .. }\`` });
    }
  } else if (name in OPTIONS) {
    addOption(read, name, value, line);
  } else if (name === STATIC_PARAMS) {
    addStaticParams(read, value, line);
  } else {
    read.odd.push({ line, text: odd(name) });
  }
}

function odd(name) {
  if (name === "default") return "the default export answers nothing; export functions named like methods, such as GET";
  if (name === "config") return `\`config\` means nothing in a route file; its options are exports of their own: ${Object.keys(OPTIONS).join(", ")}`;
  const method = name.toUpperCase();
  if (METHODS.includes(method)) return `\`${name}\` answers nothing; methods are spelt in capitals: ${method}`;
  return `\`${name}\` is no method and no option of a route`;
}

function addOption(read, name, node, line) {
  const value = literal(node);
  if (value === undefined) {
    read.wrong.push({ line, text: `${name} has to be a literal, since it is read without running the file; see ${DOCUMENTED}` });
    return;
  }
  const shown = JSON.stringify(value.it);
  const expected = OPTIONS[name](value.it);
  if (expected !== null) {
    read.wrong.push({ line, text: `${name} is ${shown}; expected ${expected}` });
    return;
  }
  read.options[name] = value.it;
  const missing = UNMET[name](value.it);
  if (missing !== null) read.unmet.push({ line, text: `${name} = ${shown} is recorded and not acted on: ${missing}` });
}

function addStaticParams(read, value, line) {
  if (isNoFunction(value)) read.wrong.push({ line, text: `${STATIC_PARAMS} is no function; expected one that lists params` });
  read.options[STATIC_PARAMS] = true;
  read.unmet.push({ line, text: `${STATIC_PARAMS} is recorded and not called: nothing is rendered ahead, ${EACH_REQUEST}` });
}

function isNoFunction(node) {
  const kinds = ["Literal", "ObjectExpression", "ArrayExpression", "TemplateLiteral", "ClassDeclaration", "ClassExpression"];
  return node !== null && node !== undefined && kinds.includes(node.type);
}

/** The value of a literal, wrapped, so that `false` and `undefined` differ. */
function literal(node) {
  switch (node?.type) {
    case "Literal":
      return { it: node.value };
    case "TemplateLiteral":
      return node.expressions.length === 0 ? { it: node.quasis[0].value.cooked } : undefined;
    case "UnaryExpression":
      return node.operator === "-" && node.argument.type === "Literal" ? { it: -node.argument.value } : undefined;
    case "ArrayExpression": {
      const items = node.elements.map(literal);
      return items.includes(undefined) ? undefined : { it: items.map(({ it }) => it) };
    }
    default:
      return undefined;
  }
}

function judge(read) {
  judgeParams(read);
  judgeMethods(read);
}

/**
 * Next.js answers 404 where params are not listed; a handler that counts on it would be given them. It does so only
 * for routes that it may render ahead.
 */
function judgeParams({ methods, options, lines, wrong }) {
  const isClosed = options.dynamicParams === false && STATIC_PARAMS in options && options.dynamic !== "force-dynamic";
  if (!isClosed || methods.some((method) => !["GET", "HEAD"].includes(method))) return;
  const text = `dynamicParams = false cannot be honoured: params that ${STATIC_PARAMS} does not list would reach the handler; leave it out and call notFound() for them`;
  wrong.push({ line: lines.dynamicParams, text });
}

/** A file in which nothing answers is a mistake, whatever else it exports. */
function judgeMethods(read) {
  if (read.methods.length > 0 || read.opaque) return;
  const expected = "expected a function named GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS";
  const [first] = read.odd;
  if (first === undefined) read.wrong.push({ line: 1, text: `exports nothing that answers; ${expected}` });
  else read.wrong.push({ line: first.line, text: `exports nothing that answers: ${first.text}` });
  read.odd = [];
}
