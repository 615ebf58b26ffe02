import { answering } from "@/lib/cases";

const NAMES =
  "AbortController AbortSignal Blob BroadcastChannel ByteLengthQueuingStrategy CompressionStream CountQueuingStrategy Crypto CryptoKey CustomEvent DecompressionStream DOMException Event EventTarget File FormData Headers Intl MessageChannel Performance ReadableStream Request Response SubtleCrypto TextDecoder TextDecoderStream TextEncoder TextEncoderStream TransformStream URL URLSearchParams WeakRef WebAssembly WritableStream atob btoa clearImmediate fetch queueMicrotask setImmediate structuredClone".split(" ");

export const GET = answering({
  names: () => NAMES.filter((name) => !(name in globalThis)),
  blob: async () => {
    const blob = new Blob(["ab", new Uint8Array([99]), new Blob(["d"])], { type: "Text/X" });
    return [blob.size, blob.type, await blob.text(), await blob.slice(1, -1).text(), (await blob.arrayBuffer()).byteLength];
  },
  file: () => {
    const file = new File(["abc"], "ü.txt", { type: "text/plain", lastModified: 7 });
    return [file.name, file.size, file.type, file.lastModified, file instanceof Blob];
  },
  form: () => {
    const form = new FormData();
    form.append("a", "1");
    form.append("a", "2");
    form.append("f", new Blob(["x"]));
    form.set("b", 3 as never);
    form.delete("missing");
    return [form.getAll("a"), (form.get("f") as File).name, form.get("b"), form.has("a"), [...form.keys()]];
  },
  event: () => {
    const target = new EventTarget();
    const seen: unknown[] = [];
    target.addEventListener("a", (event) => seen.push((event as CustomEvent).detail), { once: true });
    target.dispatchEvent(new CustomEvent("a", { detail: 1 }));
    target.dispatchEvent(new CustomEvent("a", { detail: 2 }));
    return seen;
  },
  exception: () => {
    const exception = new DOMException("message", "AbortError");
    return [exception.name, exception.message, exception.code, exception instanceof Error];
  },
  gzip: async () => {
    const zipped = new Blob(["text".repeat(100)]).stream().pipeThrough(new CompressionStream("gzip"));
    return new Response(zipped.pipeThrough(new DecompressionStream("gzip"))).text();
  },
  deflate: async () => {
    const zipped = await new Response(new Blob(["text".repeat(100)]).stream().pipeThrough(new CompressionStream("deflate"))).arrayBuffer();
    return zipped.byteLength < 100;
  },
  errors: () => {
    const error = new Error("outer", { cause: new TypeError("inner") });
    return [(error.cause as Error).name, typeof error.stack, String(error), new AggregateError([1, 2], "many").errors.length];
  },
});
