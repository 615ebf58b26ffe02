const EXTRA: Record<string, HeadersInit> = {
  case: { "X-MiXeD": "Value", ETag: '"v1"' },
  many: [["x-a", "1"], ["x-a", "2"], ["vary", "origin"]],
  length: { "content-length": "3", "x-kept": "1" },
  encoding: { "content-encoding": "br" },
  chunked: { "transfer-encoding": "gzip, chunked" },
  cache: { "Cache-Control": "s-maxage=60, stale-while-revalidate=30", "CDN-Cache-Control": "max-age=5" },
  powered: { "X-Powered-By": "a handler", server: "mine" },
  spaces: { "x-spaces": "  in the middle  " },
  empty: { "x-empty": "" },
  latin: { "x-latin": "caf\u00e9" },
  date: { date: "Wed, 02 Jan 2030 03:04:05 GMT" },
  connection: { connection: "close", "x-kept": "1" },
  security: { "Strict-Transport-Security": "max-age=1", "Content-Security-Policy": "default-src 'self'", "X-Frame-Options": "DENY" },
  type: { "Content-Type": "application/vnd.api+json; charset=utf-8" },
  disposition: { "Content-Disposition": "attachment; filename*=UTF-8''na%C3%AFve.txt" },
};

export async function GET(request: Request) {
  return new Response("body", { headers: EXTRA[new URL(request.url).searchParams.get("case")!] });
}
