/**
 * What the engine's own classes get wrong or leave out, put right before a route file is evaluated:
 *
 * - `text`, `json` and `formData` of every `Request` and `Response`: a byte-order mark is skipped (Encoding
 *   standard, "UTF-8 decode"), and a file in a multipart form keeps its bytes.
 * - `new Response(stream)`: text in the stream is sent as UTF-8, as Node.js has it.
 */

import { parseMultipart } from "./multipart.js";

/** The responses whose body is a stream that its author still writes. */
const streamed = new WeakSet();

/** Whether the body of this response goes on after the response has been made. */
export function isStreamed(response) {
  return streamed.has(response);
}

let isMended = false;

/** Puts it right, once. */
export function mendEngine() {
  if (isMended) return;
  isMended = true;
  mendBody(Request.prototype);
  mendBody(Response.prototype);
  mendResponse();
}

function mendBody(prototype) {
  const methods = {
    async text() {
      return decode(await this.arrayBuffer());
    },
    async json() {
      return JSON.parse(decode(await this.arrayBuffer()));
    },
    async bytes() {
      return new Uint8Array(await this.arrayBuffer());
    },
    async formData() {
      return formData(this);
    },
  };
  for (const [name, value] of Object.entries(methods)) {
    Object.defineProperty(prototype, name, { value, writable: true, configurable: true, enumerable: true });
  }
}

function decode(bytes) {
  return new TextDecoder().decode(bytes);
}

async function formData(message) {
  const type = message.headers.get("content-type") ?? "";
  const bytes = new Uint8Array(await message.arrayBuffer());
  const essence = type.split(";", 1)[0].trim().toLowerCase();
  if (essence === "multipart/form-data") return parseMultipart(bytes, type);
  if (essence !== "application/x-www-form-urlencoded") {
    throw new TypeError(
      `the body is no form: its content type is "${type}", expected multipart/form-data or application/x-www-form-urlencoded`,
    );
  }
  const form = new FormData();
  for (const [name, value] of new URLSearchParams(decode(bytes))) form.append(name, value);
  return form;
}

function mendResponse() {
  const EngineResponse = globalThis.Response;
  const Mended = class Response extends EngineResponse {
    constructor(body, init) {
      const isStream = body instanceof ReadableStream;
      super(isStream ? encoded(body) : body, init);
      if (isStream) streamed.add(this);
    }

    /** What `fetch` answers is made by the engine and is a response all the same. */
    static [Symbol.hasInstance](value) {
      return this === Mended ? value instanceof EngineResponse : super[Symbol.hasInstance](value);
    }
  };
  Object.defineProperty(globalThis, "Response", { value: Mended, writable: true, configurable: true });
}

function encoded(stream) {
  const encoder = new TextEncoder();
  const transform = (chunk, controller) => controller.enqueue(typeof chunk === "string" ? encoder.encode(chunk) : chunk);
  return stream.pipeThrough(new TransformStream({ transform }));
}
