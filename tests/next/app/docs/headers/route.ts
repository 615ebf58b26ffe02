import { headers } from "next/headers";

export async function GET(request: Request) {
  const list = await headers();
  const referer = list.get("referer");
  const same = new Headers(request.headers).get("Referer") === referer;
  return new Response(`referred by ${referer ?? "nobody"}, ${same}`, {
    status: 200,
    headers: { "X-Referer": referer ?? "", "Cache-Control": "public, max-age=60" },
  });
}
