import { answering } from "@/lib/cases";

enum Level {
  Low = 1,
  High,
}

namespace Names {
  export const one = "one";
}

abstract class Shape {
  static #made = 0;
  constructor(protected readonly name: string) {
    Shape.#made += 1;
  }
  abstract area(): number;
  get told() {
    return `${this.name} ${this.area()} ${Shape.#made}`;
  }
}

class Square extends Shape {
  constructor(private side: number) {
    super("square");
  }
  override area() {
    return this.side ** 2;
  }
}

export const GET = answering({
  types: () => [Level.High, Level[1], Names.one, new Square(3).told.startsWith("square 9"), { a: 1 } satisfies { a: number }],
  at: () => [[1, 2, 3].at(-1), "abc".at(-1), Object.hasOwn({ a: 1 }, "a")],
  arrays: () => [[3, 1, 2].toSorted(), [1, 2, 3].toReversed(), [1, 2, 3].with(1, 9), [1, 2, 3, 4].findLast((each) => each < 3), [[1], [2, [3]]].flat(2), [1, 2, 3].toSpliced(0, 1)],
  strings: () => ["abc".replaceAll("b", "x"), "a".padStart(3, "-"), " a ".trimEnd(), "a-b".split("-"), "x".isWellFormed?.()],
  patterns: () => ["2026-03-04".match(/(?<year>\d+)-(?<month>\d+)/)?.groups?.month, [..."a1b2".matchAll(/\d/g)].map(([digit]) => digit), /\p{Letter}/u.test("ü"), /(?<=a)b/.test("ab")],
  unicode: () => [/^\p{Emoji}$/u.test("\u{1f600}"), "ü".localeCompare("u") !== 0, [..."\u{1f600}x"].length],
  numbers: () => [0.1 + 0.2, 2 ** 53, (12n ** 20n).toString(), Number("0x10"), 1_000, Math.hypot(3, 4), Math.trunc(-1.5), Number.EPSILON > 0],
  optional: () => [(null as null | { a: 1 })?.a ?? "none", ((): undefined => undefined)?.() ?? "nothing"],
  generators: () => [...(function* () { yield 1; yield* [2, 3]; })()],
  proxies: () => new Proxy({ a: 1 }, { get: (target, name) => Reflect.get(target, name) ?? `no ${String(name)}` })["b" as "a"],
  symbols: () => [Symbol("a").description, typeof Symbol.asyncIterator, Symbol.for("x") === Symbol.for("x")],
  maps: () => [[...new Map([["a", 1]]).entries()], [...new Set([1, 1, 2])]],
  order: () => Object.keys({ b: 1, 2: 1, a: 1, 1: 1 }),
  labelled: () => {
    outer: for (const one of [1, 2, 3]) for (const other of [1, 2, 3]) if (one * other === 4) return [one, other]; else if (one * other > 6) break outer;
  },
  sorted: () => Array.from({ length: 20 }, (_, at) => ({ at, key: at % 3 })).sort((one, other) => one.key - other.key).map(({ at }) => at),
  evaluated: () => new Function("return 1")(),
});
