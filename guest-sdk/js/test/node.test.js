// The modules of Node.js that a route file may import, against Node.js itself.

import assert from "node:assert/strict";
import * as real from "node:crypto";
import { format as realFormat } from "node:util";
import { it } from "node:test";

import * as ours from "../src/node/crypto.js";
import { format } from "../src/node/util.js";

const digests = ["md5", "sha1", "sha256", "sha384", "sha512"];

it("digests and HMACs are those of Node.js", () => {
  for (const name of digests) {
    const text = ["", "abc", "ä".repeat(200)];
    for (const each of text) {
      assert.equal(ours.createHash(name).update(each).digest("hex"), real.createHash(name).update(each).digest("hex"));
      assert.equal(
        ours.createHmac(name, "key").update(each).update(Buffer.from([1, 2])).digest("base64"),
        real.createHmac(name, "key").update(each).update(Buffer.from([1, 2])).digest("base64"),
      );
    }
  }
  assert.throws(() => ours.createHash("whirlpool"), /no digest "whirlpool"; expected one of md5/);
  const used = ours.createHash("sha256");
  used.digest();
  assert.throws(() => used.digest(), /Digest already called/);
});

it("comparing takes equal lengths", () => {
  assert.equal(ours.timingSafeEqual(Buffer.from("ab"), Buffer.from("ab")), true);
  assert.equal(ours.timingSafeEqual(Buffer.from("ab"), Buffer.from("ac")), false);
  assert.throws(() => ours.timingSafeEqual(Buffer.from("a"), Buffer.from("ab")), /same byte length/);
});

it("random values have the size asked for", () => {
  assert.equal(ours.randomBytes(100_000).length, 100_000);
  for (let at = 0; at < 100; at++) {
    const value = ours.randomInt(3, 6);
    assert.ok(value >= 3 && value < 6);
  }
});

it("format is that of Node.js for what libraries write", () => {
  for (const given of [["%s is %d", "a", 1], ["100%%"], ["%j", { a: 1 }], ["plain", "more"], ["%s"]]) {
    assert.equal(format(...given), realFormat(...given));
  }
});
