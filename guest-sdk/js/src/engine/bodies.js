/**
 * Bodies of every `Request` and `Response`: a byte-order mark is skipped (Encoding standard, "UTF-8 decode"), a file in
 * a form keeps its bytes, a blob has its type, and a response can be cloned.
 */

import { parseMultipart } from "../multipart.js";
import { getter, methods, missing } from "./define.js";

/** A message whose body was teed or handed on: what holds the rest of it, or null. */
const replaced = new WeakMap();

/** The messages whose body somebody has in hands. The engine makes a stream of a body only for who asks. */
const asked = new WeakSet();

/** Whether somebody reads the body of this message, or has done so. */
export function isRead(message) {
  return message.bodyUsed || (asked.has(message) && message.body?.locked === true);
}

/** The body from now on: a stream, or null where another message has it. */
export function replaceBody(message, stream) {
  replaced.set(message, { stream, used: stream === null });
}

/** Whether what the engine holds is not the body any more. */
export function isReplaced(message) {
  return replaced.has(message);
}

export function mendBodies() {
  for (const { prototype } of [Request, Response]) {
    const engine = {
      body: Object.getOwnPropertyDescriptor(prototype, "body").get,
      bodyUsed: Object.getOwnPropertyDescriptor(prototype, "bodyUsed").get,
      arrayBuffer: prototype.arrayBuffer,
    };
    mendReads(prototype, engine);
  }
  missing(Response.prototype, { clone: cloneResponse });
}

function mendReads(prototype, engine) {
  getter(prototype, "body", function () {
    asked.add(this);
    const other = replaced.get(this);
    return other === undefined ? engine.body.call(this) : other.stream;
  });
  getter(prototype, "bodyUsed", function () {
    const other = replaced.get(this);
    return other === undefined ? engine.bodyUsed.call(this) : other.used;
  });
  methods(prototype, {
    async arrayBuffer() {
      return bytesOf(this, engine);
    },
    async text() {
      return decode(await bytesOf(this, engine));
    },
    async json() {
      return JSON.parse(decode(await bytesOf(this, engine)));
    },
    async bytes() {
      return new Uint8Array(await bytesOf(this, engine));
    },
    async blob() {
      return new Blob([await bytesOf(this, engine)], { type: blobType(this.headers.get("content-type") ?? "") });
    },
    async formData() {
      return formData(await bytesOf(this, engine), this.headers.get("content-type") ?? "");
    },
  });
}

function bytesOf(message, engine) {
  const other = replaced.get(message);
  if (other === undefined) return engine.arrayBuffer.call(message);
  if (other.used) throw new TypeError("the body has been read already; clone it before the first read");
  other.used = true;
  return engine.arrayBuffer.call(Reflect.construct(Response, [other.stream]));
}

function decode(bytes) {
  return new TextDecoder().decode(bytes);
}

/** As `File` and `Blob` spell a type. */
function blobType(type) {
  return type.toLowerCase().split(";").map((part) => part.trim()).join(";");
}

function formData(bytes, type) {
  const essence = type.split(";", 1)[0].trim().toLowerCase();
  if (essence === "multipart/form-data") return parseMultipart(new Uint8Array(bytes), type);
  if (essence !== "application/x-www-form-urlencoded") {
    throw new TypeError(
      `the body is no form: its content type is "${type}", expected multipart/form-data or application/x-www-form-urlencoded`,
    );
  }
  const form = new FormData();
  for (const [name, value] of new URLSearchParams(decode(bytes))) form.append(name, value);
  return form;
}

function cloneResponse() {
  if (this.bodyUsed || this.body?.locked) throw new TypeError("a response cannot be cloned once its body is being read");
  const { status, statusText, headers } = this;
  if (this.body === null) return new Response(null, { status, statusText, headers });
  const [kept, given] = this.body.tee();
  replaceBody(this, kept);
  return new Response(given, { status, statusText, headers });
}
