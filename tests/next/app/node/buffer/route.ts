import { Buffer as Imported } from "node:buffer";

import { answering } from "@/lib/cases";

export const GET = answering({
  text: () => Buffer.from("grüße").toString("hex"),
  base64: () => [Buffer.from("a?>b~").toString("base64"), Buffer.from("a?>b~").toString("base64url"), Buffer.from("YT8-Yn4", "base64url").toString()],
  latin: () => Buffer.from([0xe9, 0x41]).toString("latin1"),
  utf16: () => Buffer.from("ü", "utf16le").toString("hex"),
  concat: () => Buffer.concat([Buffer.from("a"), new Uint8Array([98])]).toString(),
  compare: () => [Buffer.compare(Buffer.from("a"), Buffer.from("b")), Buffer.from("a").equals(Buffer.from("a"))],
  alloc: () => [Buffer.alloc(3, "ab").toString(), Buffer.alloc(2).toString("hex")],
  numbers: () => {
    const buffer = Buffer.alloc(12);
    buffer.writeUInt32BE(0xdeadbeef, 0);
    buffer.writeDoubleLE(1.5, 4);
    return [buffer.toString("hex"), buffer.readUInt16BE(0), buffer.readDoubleLE(4)];
  },
  length: () => [Buffer.byteLength("grüße"), Buffer.byteLength("YWI=", "base64")],
  same: () => [Imported === Buffer, Buffer.isBuffer(Imported.from("")), Imported.from("") instanceof Uint8Array],
  json: () => JSON.stringify(Buffer.from("hi")),
  slice: () => Buffer.from("abcdef").subarray(1, 3).toString(),
  search: () => [Buffer.from("abcabc").indexOf("ca"), Buffer.from("abc").includes("b")],
  invalid: () => Buffer.from(undefined as never),
});
