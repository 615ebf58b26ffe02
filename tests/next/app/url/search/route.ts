import { answering } from "@/lib/cases";

export const GET = answering({
  text: () => String(new URLSearchParams("?a=1&b=2&a=3")),
  object: () => String(new URLSearchParams({ a: "1 2", b: "ü&=" })),
  pairs: () => String(new URLSearchParams([["a", "1"], ["a", "2"]])),
  "bad-pairs": () => new URLSearchParams([["a"]] as never),
  encoding: () => String(new URLSearchParams({ q: "a+b c*d-e_f.g~h!i'j(k)" })),
  decoding: () => [...new URLSearchParams("a=%20+%2B&b=%zz&c=%ff&=x&&d")],
  has: () => [new URLSearchParams("a=1").has("a", "1"), new URLSearchParams("a=1").has("a", "2")],
  delete: () => {
    const params = new URLSearchParams("a=1&a=2&b=3");
    params.delete("a", "1");
    return [String(params), params.size];
  },
  set: () => {
    const params = new URLSearchParams("a=1&b=2&a=3");
    params.set("a", "9");
    return String(params);
  },
  sort: () => {
    const params = new URLSearchParams("z=1&ü=2&a=3&z=0");
    params.sort();
    return String(params);
  },
  each: () => {
    const seen: string[] = [];
    new URLSearchParams("a=1&b=2").forEach((value, name) => seen.push(name + value));
    return seen;
  },
  object_of: () => Object.fromEntries(new URLSearchParams("a=1&b=2&a=3")),
  entries: () => [...new URLSearchParams("a=1&b=2").entries(), ...new URLSearchParams("c=3").keys(), ...new URLSearchParams("d=4").values()],
  form: () => String(new URLSearchParams(Object.entries({ a: 1, b: true }).map(([name, value]) => [name, String(value)]))),
  lone: () => String(new URLSearchParams({ a: "\ud800" })),
  newline: () => String(new URLSearchParams({ a: "1\r\n2" })),
});
