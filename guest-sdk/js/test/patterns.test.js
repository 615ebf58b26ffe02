// Properties of Unicode in regular expressions, written out for an engine without tables.

import assert from "node:assert/strict";
import { it } from "node:test";

import { withoutProperties } from "../build/patterns.mjs";

const written = [
  ["/\\p{Letter}+/u", ["ü", "x", "é"], ["1", "-", ""]],
  ["/^[\\p{L}\\d_]$/u", ["ü", "7", "_"], ["-", "]"]],
  ["/^[^\\p{L}]$/u", ["7"], ["ü"]],
  ["/^\\P{Lu}$/u", ["a", "1"], ["A", "Ü"]],
  ["/^\\p{Script=Greek}$/u", ["π"], ["p"]],
  ["/^\\p{Emoji_Presentation}\\]$/u", ["\u{1f600}]"], ["a]"]],
];

for (const [literal, matching, others] of written) {
  it(`${literal} means the same without its properties`, () => {
    const code = withoutProperties(`(${literal})`);
    assert.doesNotMatch(code, /\\[pP]\{/);
    const pattern = (0, eval)(code);
    for (const text of matching) assert.match(text, pattern);
    for (const text of others) assert.doesNotMatch(text, pattern);
  });
}

it("what is no pattern stays, and lines stay where they are", () => {
  const code = 'const text = "\\\\p{L}";\nconst one = 1 / 2;\nconst pattern = /\\p{Nd}/u, escaped = /\\\\p{2}/;\n// \\p{L}\n';
  const [first, second, third, fourth] = withoutProperties(code).split("\n");
  assert.deepEqual([first, second, fourth], ['const text = "\\\\p{L}";', "const one = 1 / 2;", "// \\p{L}"]);
  assert.match(third, /^const pattern = \/\[\\u\{30\}-\\u\{39\}.*\]\/u, escaped = \/\\\\p\{2\}\/;$/);
});
