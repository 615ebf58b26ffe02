/**
 * `new Request(..)`: one is made of another whose body has not arrived yet, what is no request is refused, and the
 * fields that the engine leaves out have the values that the Fetch standard gives them.
 */

import { replaceBody } from "./bodies.js";
import { tag } from "./define.js";

const FIELDS = {
  cache: "default",
  credentials: "same-origin",
  destination: "",
  integrity: "",
  keepalive: false,
  mode: "cors",
  redirect: "follow",
  referrer: "about:client",
  referrerPolicy: "",
};
const NORMALISED = new Set(["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"]);
const FORBIDDEN = new Set(["CONNECT", "TRACE", "TRACK"]);

const given = new WeakMap();

export function mendRequests() {
  const EngineRequest = globalThis.Request;
  const isRequest = (value) => value instanceof EngineRequest;
  fields(EngineRequest.prototype);
  const Mended = class Request extends EngineRequest {
    constructor(input, init = {}) {
      const { url, settings, source } = isRequest(input) ? again(input, init) : { url: absolute(input), settings: ofInit(init) };
      super(url, settings);
      given.set(this, { ...given.get(source), ...chosen(init) });
      if (source?.body && settings.body === source.body) replaceBody(source, null);
    }

    static [Symbol.hasInstance](value) {
      return this === Mended ? isRequest(value) : super[Symbol.hasInstance](value);
    }
  };
  // A bundler may have given it another.
  Object.defineProperty(Mended, "name", { value: "Request" });
  Object.defineProperty(globalThis, "Request", { value: Mended, writable: true, configurable: true });
  tag("Request");
}

/** What it takes to make a request of another; the engine's own way needs the whole body. */
function again(source, init) {
  if (source.bodyUsed && init.body === undefined) throw new TypeError("the body of the request has been read already");
  const { method, headers, body } = source;
  return { url: source.url, source, settings: ofInit({ method, headers, body, ...init }) };
}

/** Another request may stand for the settings, whose fields are not its own. */
function ofInit(init) {
  const { method = "GET", headers, body } = init;
  const settings = { ...chosen(init), method: checked(method) };
  if (headers !== undefined && headers !== null) settings.headers = headers;
  if (body !== undefined && body !== null) Object.assign(settings, { body, duplex: "half" });
  if (init.signal instanceof AbortSignal) settings.signal = init.signal;
  return settings;
}

function chosen(init) {
  const names = [...Object.keys(FIELDS), "signal"].filter((name) => init[name] !== undefined && init[name] !== null);
  return Object.fromEntries(names.map((name) => [name, init[name]]));
}

function checked(method) {
  const text = String(method);
  const upper = text.toUpperCase();
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(text) || FORBIDDEN.has(upper)) throw new TypeError(`"${text}" is no method of a request`);
  return NORMALISED.has(upper) ? upper : text;
}

function absolute(input) {
  const url = new URL(String(input));
  if (url.username !== "" || url.password !== "") throw new TypeError("the URL of a request holds no credentials");
  return url.href;
}

function fields(prototype) {
  for (const [name, standard] of Object.entries(FIELDS)) {
    if (name in prototype) continue;
    Object.defineProperty(prototype, name, { get: ofField(name, () => standard), configurable: true, enumerable: true });
  }
  const engine = Object.getOwnPropertyDescriptor(prototype, "signal")?.get;
  const never = ofField("signal", () => new AbortController().signal);
  const get = function () {
    const own = engine?.call(this);
    return own instanceof AbortSignal ? own : never.call(this);
  };
  Object.defineProperty(prototype, "signal", { get, configurable: true, enumerable: true });
}

function ofField(name, standard) {
  return function () {
    const own = given.get(this) ?? {};
    if (!(name in own)) given.set(this, { ...own, [name]: standard() });
    return given.get(this)[name];
  };
}
