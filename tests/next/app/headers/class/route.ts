import { answering } from "@/lib/cases";

const filled = () => new Headers({ b: "2", A: "1", "set-cookie": "x=1" });

export const GET = answering({
  order: () => [...filled()],
  keys: () => [...filled().keys()],
  values: () => [...filled().values()],
  append: () => {
    const headers = filled();
    headers.append("a", "3");
    return headers.get("a");
  },
  cookies: () => {
    const headers = filled();
    headers.append("Set-Cookie", "y=2");
    return [headers.get("set-cookie"), headers.getSetCookie(), [...headers].length];
  },
  missing: () => [filled().get("none"), filled().has("none")],
  trimmed: () => new Headers({ a: "  x  " }).get("a"),
  "bad-name": () => new Headers({ "a b": "1" }),
  "bad-value": () => new Headers({ a: "1\n2" }),
  "beyond-latin": () => new Headers({ a: "\u0100" }),
  pairs: () => [...new Headers([["a", "1"], ["a", "2"]])],
  "bad-pair": () => new Headers([["a"]] as never),
  copy: () => {
    const one = filled();
    const other = new Headers(one);
    other.set("b", "9");
    return [one.get("b"), other.get("b")];
  },
  entries: () => Object.fromEntries(new Headers({ "X-One": "1" })),
  number: () => new Headers({ a: 1 } as never).get("a"),
  tag: () => Object.prototype.toString.call(new Headers()),
  each: () => {
    const seen: string[] = [];
    filled().forEach((value, name) => seen.push(name + value));
    return seen;
  },
});
