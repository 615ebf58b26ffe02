// Request headers, read with headers() or from the request; response headers, set in the answer.
import { headers } from "next/headers";

export async function GET(request: Request) {
  const agent = (await headers()).get("user-agent") ?? "nobody";
  const languages = request.headers.get("accept-language") ?? "any language";
  return new Response(`${agent} reads ${languages}\n`, {
    headers: { "Cache-Control": "private, max-age=60", Vary: "User-Agent, Accept-Language" },
  });
}
