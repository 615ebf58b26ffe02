import type { NextRequest } from "next/server";
import { NextRequest as Request_ } from "next/server";

import { answering } from "@/lib/cases";

type Case = (request: NextRequest) => unknown;

const cases: Record<string, Case> = {
  parts: ({ nextUrl: url }) => [url.protocol, url.hostname, url.pathname, url.search, url.hash, url.username, url.password, url.basePath],
  hrefs: ({ nextUrl: url }) => [url.href, url.origin, String(url), JSON.stringify(url), `${url}`],
  extras: ({ nextUrl: url }) => [url.locale, url.defaultLocale ?? null, url.domainLocale ?? null, url.buildId ?? null],
  clone: ({ nextUrl: url }) => {
    const copy = url.clone();
    copy.pathname = "/changed";
    copy.searchParams.set("added", "1");
    copy.searchParams.delete("case");
    return [copy.href, url.pathname, url.searchParams.has("added")];
  },
  mutable: (request) => {
    request.nextUrl.pathname = "/other";
    request.nextUrl.search = "?x=1";
    request.nextUrl.hash = "part";
    return [request.nextUrl.href, new URL(request.url).pathname];
  },
  host: ({ nextUrl: url }) => {
    const copy = url.clone();
    copy.host = "a.example:8080";
    copy.protocol = "https";
    return [copy.origin, copy.port, copy.hostname];
  },
  params: ({ nextUrl: { searchParams } }) => {
    searchParams.append("list", "1");
    searchParams.append("list", "2");
    searchParams.sort();
    return [searchParams.toString(), searchParams.getAll("list"), [...searchParams.keys()]];
  },
  same: (request) => request.nextUrl.href === request.url,
  relative: ({ nextUrl }) => new URL("../up?x#y", nextUrl).href,
  web: (request) => new URL("/docs", request.url).href,
  made: () => {
    const made = new Request_("https://a.example:8443/x/y?q=1#h", { method: "POST", body: "text", headers: { cookie: "a=1; b=2" } });
    return [made.method, made.nextUrl.pathname, made.nextUrl.port, made.nextUrl.hash, made.cookies.get("b")?.value, made.url];
  },
  "made-url": () => new Request_(new URL("https://a.example/x")).nextUrl.host,
  "made-again": (request) => {
    const again = new Request_(request.url, { headers: request.headers });
    return [again.nextUrl.pathname, again.method, again.headers.get("host")];
  },
  "made-of-request": (request) => {
    const again = new Request_(request, { headers: { "x-one": "1" } });
    return [again.nextUrl.pathname, again.method, again.headers.get("x-one")];
  },
  page: (request) => (request as unknown as { page: unknown }).page,
  ua: (request) => (request as unknown as { ua: unknown }).ua,
  ip: (request) => [(request as unknown as { ip?: unknown }).ip ?? null, (request as unknown as { geo?: unknown }).geo ?? null],
  instance: (request) => [request instanceof Request, request instanceof Request_],
  fields: (request) => [request.method, request.redirect, request.bodyUsed, request.signal instanceof AbortSignal],
  cache: (request) => [request.cache, request.credentials, request.mode, request.keepalive, request.integrity, request.referrer],
};

export const GET = answering(cases as never);
