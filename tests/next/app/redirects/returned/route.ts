import { NextResponse } from "next/server";

const ANSWERS: Record<string, (base: string) => Response> = {
  next: (base) => NextResponse.redirect(new URL("/docs/hello", base)),
  status: (base) => NextResponse.redirect(new URL("/docs/hello", base), 303),
  init: () => NextResponse.redirect("https://a.example/", { status: 308, headers: { "x-why": "moved" } }),
  relative: () => NextResponse.redirect("/docs/hello"),
  "bad-status": () => NextResponse.redirect("https://a.example/", 200),
  web: () => Response.redirect("https://a.example/x"),
  "web-status": () => Response.redirect("https://a.example/x", 301),
  "web-relative": () => Response.redirect("/docs/hello"),
  "web-bad-status": () => Response.redirect("https://a.example/", 304),
  hand: () => new Response(null, { status: 302, headers: { Location: "/docs/hello" } }),
  "hand-body": () => new Response("moved", { status: 301, headers: { Location: "https://a.example/" } }),
  unicode: () => NextResponse.redirect("https://a.example/caf\u00e9?q=\u00fc"),
};

export async function GET(request: Request) {
  return ANSWERS[new URL(request.url).searchParams.get("case")!](request.url);
}
