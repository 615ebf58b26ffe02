/**
 * `new Response(..)`: a body may be anything that can be iterated over, text in a stream is sent as UTF-8, both as
 * Node.js has it; what is no response is refused.
 */

import { tag } from "./define.js";

/** The responses whose body is a stream that its author still writes. */
const streamed = new WeakSet();

/** Whether the body of this response goes on after the response has been made. */
export function isStreamed(response) {
  return streamed.has(response);
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

export function mendResponses() {
  const EngineResponse = globalThis.Response;
  const Mended = class Response extends EngineResponse {
    constructor(body, init) {
      if (init?.statusText && /[^\t\x20-\x7e\x80-\xff]/.test(init.statusText)) throw new TypeError("the reason phrase holds what none may hold");
      const stream = streamOf(body);
      super(stream === null ? body : encoded(stream), init);
      if (stream !== null) streamed.add(this);
      // The engine counts at once what the host counts when it sends.
      else if (!hasLength(init?.headers)) this.headers.delete("content-length");
    }

    static error() {
      const response = new Mended(null);
      const fields = { type: "error", status: 0, ok: false };
      for (const [name, value] of Object.entries(fields)) Object.defineProperty(response, name, { value, configurable: true });
      return response;
    }

    static redirect(url, status = 302) {
      const location = new URL(String(url)).href;
      if (!REDIRECTS.has(status)) throw new RangeError(`a redirect has no status ${status}; expected 301, 302, 303, 307 or 308`);
      return new Mended(null, { status, headers: { location } });
    }

    /** What `fetch` answers is made by the engine and is a response all the same. */
    static [Symbol.hasInstance](value) {
      return this === Mended ? value instanceof EngineResponse : super[Symbol.hasInstance](value);
    }
  };
  // A bundler may have given it another.
  Object.defineProperty(Mended, "name", { value: "Response" });
  Object.defineProperty(globalThis, "Response", { value: Mended, writable: true, configurable: true });
  tag("Response");
}

function streamOf(body) {
  if (body instanceof ReadableStream) return body;
  const isIterable = typeof body === "object" && body !== null && Symbol.asyncIterator in body;
  return isIterable ? ReadableStream.from(body) : null;
}

function hasLength(headers) {
  return headers !== undefined && headers !== null && new Headers(headers).has("content-length");
}

function encoded(stream) {
  const encoder = new TextEncoder();
  const transform = (chunk, controller) => controller.enqueue(typeof chunk === "string" ? encoder.encode(chunk) : chunk);
  return stream.pipeThrough(new TransformStream({ transform }));
}
