import { permanentRedirect, redirect, RedirectType } from "next/navigation";

const TARGETS: Record<string, () => never> = {
  relative: () => redirect("/docs/hello"),
  permanent: () => permanentRedirect("/docs/hello"),
  absolute: () => redirect("https://a.example/x?y=1#z"),
  typed: () => redirect("/docs/hello", RedirectType.push),
  query: () => redirect("/docs/search?query=a+b&tag=%C3%BC"),
  dot: () => redirect("other"),
  encoded: () => redirect("/caf%C3%A9;a=1"),
  empty: () => redirect(""),
};

async function answer(request: Request): Promise<Response> {
  return TARGETS[new URL(request.url).searchParams.get("case")!]();
}

export { answer as GET, answer as POST, answer as DELETE };
