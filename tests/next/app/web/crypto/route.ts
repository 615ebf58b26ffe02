import { answering } from "@/lib/cases";
import keys from "@/lib/keys.json";

const hex = (buffer: ArrayBuffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const bytes = (text: string) => new TextEncoder().encode(text);
const key = (hash: string, usages: KeyUsage[] = ["sign", "verify"]) =>
  crypto.subtle.importKey("raw", bytes("key"), { name: "HMAC", hash }, false, usages);

export const GET = answering({
  digest: async () => Promise.all(["SHA-1", "SHA-256", "SHA-384", "SHA-512"].map(async (name) => hex(await crypto.subtle.digest(name, bytes("grüße"))))),
  "digest-object": async () => hex(await crypto.subtle.digest({ name: "sha-256" }, bytes("x").buffer)),
  "digest-unknown": () => crypto.subtle.digest("MD5", bytes("x")),
  hmac: async () => Promise.all(["SHA-1", "SHA-256", "SHA-512"].map(async (hash) => hex(await crypto.subtle.sign("HMAC", await key(hash), bytes("text"))))),
  verify: async () => {
    const mine = await key("SHA-256");
    const signature = await crypto.subtle.sign("HMAC", mine, bytes("text"));
    return [await crypto.subtle.verify("HMAC", mine, signature, bytes("text")), await crypto.subtle.verify("HMAC", mine, signature, bytes("tex"))];
  },
  "key-fields": async () => {
    const mine = await key("SHA-256");
    return [mine.type, mine.extractable, mine.usages, mine.algorithm];
  },
  "wrong-usage": async () => crypto.subtle.sign("HMAC", await key("SHA-256", ["verify"]), bytes("x")),
  generate: async () => {
    const made = await crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, true, ["sign"]);
    return (await crypto.subtle.sign("HMAC", made as CryptoKey, bytes("x"))).byteLength;
  },
  jwk: async () => {
    const made = await crypto.subtle.importKey("jwk", { kty: "oct", k: "a2V5", alg: "HS256", ext: true }, { name: "HMAC", hash: "SHA-256" }, true, ["sign"]);
    return hex(await crypto.subtle.sign("HMAC", made, bytes("text")));
  },
  aes: async () => {
    const made = await crypto.subtle.importKey("raw", new Uint8Array(16), "AES-GCM", false, ["encrypt", "decrypt"]);
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv: new Uint8Array(12) }, made, bytes("text"));
    return [hex(sealed), new TextDecoder().decode(await crypto.subtle.decrypt({ name: "AES-GCM", iv: new Uint8Array(12) }, made, sealed))];
  },
  pbkdf2: async () => {
    const made = await crypto.subtle.importKey("raw", bytes("password"), "PBKDF2", false, ["deriveBits"]);
    return hex(await crypto.subtle.deriveBits({ name: "PBKDF2", salt: bytes("salt"), iterations: 10, hash: "SHA-256" }, made, 128));
  },
  rsa: async () => {
    const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
    const made = await crypto.subtle.importKey("jwk", { kty: "RSA", n: keys.rsa.n, e: "AQAB" }, algorithm, false, ["verify"]);
    const signature = Uint8Array.from(atob(keys.rsa.sig), (letter) => letter.charCodeAt(0));
    return [await crypto.subtle.verify(algorithm, made, signature, bytes("signed")), await crypto.subtle.verify(algorithm, made, signature, bytes("other"))];
  },
  "rsa-pss": async () => {
    const algorithm = { name: "RSA-PSS", hash: "SHA-256" };
    return (await crypto.subtle.importKey("jwk", { kty: "RSA", n: keys.rsa.n, e: "AQAB" }, algorithm, false, ["verify"])).type;
  },
  ecdsa: async () => {
    const key = { kty: "EC", crv: "P-256", x: keys.ec.x, y: keys.ec.y };
    const made = await crypto.subtle.importKey("jwk", key, { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
    const signature = Uint8Array.from(atob(keys.ec.sig), (letter) => letter.charCodeAt(0));
    const verify = (text: string) => crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, made, signature, bytes(text));
    return [await verify("signed"), await verify("other")];
  },
  uuid: () => crypto.randomUUID().length,
  random: () => {
    const into = new Uint32Array(4);
    return [crypto.getRandomValues(into) === into, into.some((each) => each > 0)];
  },
  "random-large": () => crypto.getRandomValues(new Uint8Array(65_537)),
});
