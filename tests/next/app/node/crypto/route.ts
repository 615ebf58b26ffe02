import { createHash, createHmac, randomBytes, randomInt, randomUUID, timingSafeEqual } from "node:crypto";
import crypto from "crypto";

import { answering } from "@/lib/cases";

export const GET = answering({
  hmac: () => ["sha1", "sha256", "sha384", "sha512", "md5"].map((name) => createHmac(name, "key").update("text").digest("hex")),
  encodings: () => ["hex", "base64", "base64url"].map((to) => createHmac("sha256", "k").update("x").digest(to as "hex")),
  pieces: () => createHmac("sha256", Buffer.from("key")).update("te").update(Buffer.from("xt")).update(new Uint8Array([33])).digest("hex"),
  hash: () => ["md5", "sha1", "sha224", "sha256", "SHA512", "sha3-256"].slice(0, 5).map((name) => createHash(name).update("grüße").digest("hex")),
  "hex-in": () => createHash("sha256").update("00ff", "hex").digest("hex"),
  buffer: () => [Buffer.isBuffer(createHash("sha1").update("x").digest()), createHash("sha1").update("x").digest().length],
  "digest-twice": () => {
    const hash = createHash("sha1").update("x");
    hash.digest();
    return hash.digest("hex");
  },
  unknown: () => createHash("nope"),
  "nothing-in": () => createHash("sha256").update(undefined as never),
  equal: () => [timingSafeEqual(Buffer.from("ab"), Buffer.from("ab")), timingSafeEqual(Buffer.from("ab"), Buffer.from("ac"))],
  "equal-length": () => timingSafeEqual(Buffer.from("ab"), Buffer.from("abc")),
  uuid: () => [/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(randomUUID()), randomUUID() !== randomUUID()],
  bytes: () => [randomBytes(16).length, randomBytes(4).toString("hex").length, !randomBytes(16).equals(randomBytes(16))],
  int: () => {
    const value = randomInt(5, 8);
    return [value >= 5 && value < 8, Number.isInteger(randomInt(10))];
  },
  default: () => [crypto.createHash === createHash, typeof crypto.randomUUID()],
  stripe: () => {
    const [time, text] = ["1700000000", '{"id":"evt"}'];
    const signature = createHmac("sha256", "whsec").update(`${time}.${text}`, "utf8").digest("hex");
    const header = Object.fromEntries(`t=${time},v1=${signature}`.split(",").map((part) => part.split("=")));
    return timingSafeEqual(Buffer.from(header.v1, "hex"), Buffer.from(signature, "hex"));
  },
  web: async () => [typeof crypto.webcrypto.subtle.digest, (await crypto.subtle.digest("SHA-256", new Uint8Array(0))).byteLength],
});
