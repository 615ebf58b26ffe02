import { headers } from "next/headers";

import { thrownBy } from "@/lib/cases";

const OURS = /^x-(?!forwarded)/;

export async function GET(request: Request) {
  const list = await headers();
  const entries = [...list].filter(([name]) => OURS.test(name));
  const each: string[] = [];
  list.forEach((value, name) => OURS.test(name) && each.push(`${name}: ${value}`));
  const changes = {
    set: await thrownBy(() => (list as Headers).set("a", "b")),
    append: await thrownBy(() => (list as Headers).append("a", "b")),
    delete: await thrownBy(() => (list as Headers).delete("a")),
  };
  return Response.json({ entries, each, twice: list.get("X-TWICE"), has: list.has("x-none"), host: list.get("host"), changes, cookie: request.headers.get("cookie") });
}

export async function POST(request: Request) {
  request.headers.set("x-added", "1");
  request.headers.delete("x-gone");
  return Response.json({
    mine: [...request.headers.keys()].filter((name) => OURS.test(name)),
    theirs: (await headers()).has("x-added"),
    type: request.headers.get("content-type"),
    length: request.headers.get("content-length"),
  });
}
