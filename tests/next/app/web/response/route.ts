import { NextResponse } from "next/server";

import { answering } from "@/lib/cases";

export const GET = answering({
  json: async () => {
    const response = Response.json({ a: 1 }, { status: 201, headers: { "x-one": "1" } });
    return [response.status, response.headers.get("content-type"), response.headers.get("x-one"), await response.json()];
  },
  "json-type": () => Response.json({}, { headers: { "content-type": "application/problem+json" } }).headers.get("content-type"),
  "next-json": () => NextResponse.json({}, { headers: { "content-type": "application/problem+json" } }).headers.get("content-type"),
  clone: async () => {
    const response = new Response("twice", { status: 202, statusText: "Fine", headers: { "x-one": "1" } });
    const copy = response.clone();
    return [await response.text(), await copy.text(), copy.status, copy.statusText, copy.headers.get("x-one")];
  },
  "clone-used": async () => {
    const response = new Response("x");
    await response.text();
    return response.clone();
  },
  "clone-empty": async () => [new Response(null).clone().body, await new Response(null).clone().text()],
  "clone-next": async () => {
    const response = NextResponse.json({ a: 1 });
    response.cookies.set("a", "1");
    return [response.clone().headers.get("set-cookie"), await response.clone().json()];
  },
  defaults: () => {
    const { status, statusText, ok, type, redirected, url, bodyUsed, body } = new Response();
    return [status, statusText, ok, type, redirected, url, bodyUsed, body];
  },
  error: () => [Response.error().type, Response.error().status],
  redirect: () => [Response.redirect("https://a.example/x").status, Response.redirect("https://a.example/x", 308).headers.get("location")],
  frozen: () => Response.redirect("https://a.example/x").headers.set("a", "b"),
  mutable: () => {
    const response = new Response("x");
    response.headers.set("x-late", "1");
    response.headers.delete("content-type");
    return [...response.headers];
  },
  used: async () => {
    const response = new Response("x");
    const before = response.bodyUsed;
    await response.text();
    return [before, response.bodyUsed];
  },
  reads: async () => [
    await new Response("a").text(),
    await new Response('{"a":1}').json(),
    (await new Response("abc").arrayBuffer()).byteLength,
    (await new Response("abc", { headers: { "content-type": "x/y" } }).blob()).type,
    (await new Response(new URLSearchParams({ a: "1" })).formData()).get("a"),
  ],
  "form-back": async () => {
    const form = new FormData();
    form.append("text", "grüße");
    form.append("file", new File([new Uint8Array([0, 255])], "a.bin", { type: "x/y" }));
    const back = await new Response(form).formData();
    const file = back.get("file") as File;
    return [back.get("text"), file.name, file.type, [...new Uint8Array(await file.arrayBuffer())]];
  },
  "bad-status": () => new Response("x", { status: 1000 }),
  "null-body": () => new Response("x", { status: 204 }),
  instance: () => [NextResponse.json({}) instanceof Response, new NextResponse("x") instanceof NextResponse, Response.json({}) instanceof NextResponse],
  "of-response": async () => {
    const original = new Response("body", { status: 201, headers: { "x-one": "1" } });
    const made = new NextResponse(original.body, original);
    return [made.status, made.headers.get("x-one"), await made.text()];
  },
  tag: () => Object.prototype.toString.call(new Response()),
});
