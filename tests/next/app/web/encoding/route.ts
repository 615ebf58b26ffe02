import { answering } from "@/lib/cases";

export const GET = answering({
  encode: () => new TextEncoder().encode("grüße \u{1f600}\ud800"),
  into: () => new TextEncoder().encodeInto("grüße", new Uint8Array(4)),
  decode: () => new TextDecoder().decode(new Uint8Array([0xef, 0xbb, 0xbf, 0x61, 0xff])),
  "keep-bom": () => new TextDecoder("utf-8", { ignoreBOM: true }).decode(new Uint8Array([0xef, 0xbb, 0xbf, 0x61])).length,
  fatal: () => new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array([0xff])),
  stream: () => {
    const decoder = new TextDecoder();
    return decoder.decode(new Uint8Array([0xc3]), { stream: true }) + decoder.decode(new Uint8Array([0xbc]), { stream: true }) + decoder.decode();
  },
  latin1: () => new TextDecoder("latin1").decode(new Uint8Array([0xe9, 0x80])),
  utf16: () => new TextDecoder("utf-16le").decode(new Uint8Array([0x61, 0, 0xfc, 0])),
  label: () => [new TextDecoder("UTF8").encoding, new TextDecoder().fatal],
  "bad-label": () => new TextDecoder("no-such-thing"),
  btoa: () => [btoa("hello"), btoa("\u00ff"), atob("aGVsbG8="), atob(" aGVs bG8 ")],
  "btoa-wide": () => btoa("ü\u0100"),
  "atob-bad": () => atob("a"),
  uri: () => [encodeURIComponent("a b&ü/"), encodeURI("a b&ü/"), decodeURIComponent("%C3%BC"), escape("ü")],
  "uri-bad": () => decodeURIComponent("%"),
  json: () => [JSON.stringify({ a: undefined, b: () => 1, c: new Date(0), d: [undefined], e: NaN }), JSON.parse('{"a":1}', (_, value) => (value === 1 ? 2 : value))],
  "json-bad": () => JSON.parse("{a:1}"),
  normal: () => ["e\u0301".normalize("NFC").length, "ﬁ".normalize("NFKC"), "İ".toLowerCase().length, "ß".toUpperCase()],
});
