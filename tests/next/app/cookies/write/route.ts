import { cookies } from "next/headers";

type Jar = Awaited<ReturnType<typeof cookies>>;
const HOUR = 3600;

const writes: Record<string, (jar: Jar) => unknown> = {
  plain: (jar) => jar.set("a", "1"),
  object: (jar) => jar.set({ name: "a", value: "1", path: "/docs" }),
  encoded: (jar) => jar.set("a", "ü; =,\"x\" y"),
  everything: (jar) =>
    jar.set("a", "1", {
      path: "/p",
      domain: "a.example",
      expires: new Date(Date.UTC(2030, 0, 2, 3, 4, 5)),
      secure: true,
      httpOnly: true,
      sameSite: "strict",
      partitioned: true,
      priority: "high",
    }),
  lax: (jar) => jar.set("a", "1", { sameSite: "lax" }),
  none: (jar) => jar.set("a", "1", { sameSite: "none", secure: true }),
  session: (jar) => jar.set("a", "1", { sameSite: true }),
  age: (jar) => jar.set("a", "1", { maxAge: HOUR }),
  now: (jar) => jar.set("a", "1", { maxAge: 0 }),
  past: (jar) => jar.set("a", "1", { expires: 0 }),
  pathless: (jar) => jar.set("a", "1", { path: "" }),
  two: (jar) => jar.set("b", "2").set("a", "1"),
  twice: (jar) => jar.set("a", "1").set("a", "2"),
  gone: (jar) => jar.delete("a"),
  "gone-object": (jar) => jar.delete({ name: "a", path: "/p", domain: "a.example" }),
  "set-gone": (jar) => jar.set("a", "1").delete("a"),
  "gone-set": (jar) => jar.delete("a").set("a", "3"),
  split: (jar) => jar.set("a b; Path=/x", "1"),
  "split-path": (jar) => jar.set("a", "1", { path: "/; Domain=b.example" }),
};

export async function GET(request: Request) {
  const jar = await cookies();
  writes[new URL(request.url).searchParams.get("case")!](jar);
  return Response.json({ seen: jar.get("a")?.value ?? null, has: jar.has("a") });
}
