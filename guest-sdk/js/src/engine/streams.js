/** Streams: iterating over one, making one of anything that can be iterated over, and text to bytes and back. */

import { missing } from "./define.js";

export function mendStreams() {
  missing(ReadableStream.prototype, { values });
  if (ReadableStream.prototype[Symbol.asyncIterator] === undefined) {
    Object.defineProperty(ReadableStream.prototype, Symbol.asyncIterator, { value: values, writable: true, configurable: true });
  }
  missing(ReadableStream, { from });
  missing(globalThis, { TextEncoderStream, TextDecoderStream });
}

async function* values({ preventCancel = false } = {}) {
  const reader = this.getReader();
  let isOver = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      isOver = done;
      if (done) return;
      yield value;
    }
  } catch (thrown) {
    isOver = true;
    throw thrown;
  } finally {
    if (!isOver && !preventCancel) await reader.cancel();
    reader.releaseLock();
  }
}

/** A stream of what an iterable gives. */
function from(iterable) {
  const iterator = iterable[Symbol.asyncIterator]?.() ?? iterable[Symbol.iterator]();
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await iterator.next();
        if (done) controller.close();
        else controller.enqueue(await value);
      },
      async cancel(reason) {
        await iterator.return?.(reason);
      },
    },
    { highWaterMark: 0 },
  );
}

class TextEncoderStream {
  constructor() {
    const encoder = new TextEncoder();
    // The first half of a pair may end one chunk, the second begin the next.
    let half = "";
    const transform = (chunk, controller) => {
      const text = half + String(chunk);
      const isSplit = /[\ud800-\udbff]$/.test(text);
      half = isSplit ? text.slice(-1) : "";
      const whole = isSplit ? text.slice(0, -1) : text;
      if (whole !== "") controller.enqueue(encoder.encode(whole));
    };
    const flush = (controller) => half !== "" && controller.enqueue(encoder.encode(half));
    Object.assign(this, ends(new TransformStream({ transform, flush })));
  }

  get encoding() {
    return "utf-8";
  }
}

class TextDecoderStream {
  constructor(label, options) {
    const decoder = new TextDecoder(label, options);
    const enqueue = (text, controller) => text !== "" && controller.enqueue(text);
    const transform = (chunk, controller) => enqueue(decoder.decode(chunk, { stream: true }), controller);
    const flush = (controller) => enqueue(decoder.decode(), controller);
    Object.assign(this, ends(new TransformStream({ transform, flush })));
    this.encoding = decoder.encoding;
  }
}

function ends({ readable, writable }) {
  return { readable, writable };
}
