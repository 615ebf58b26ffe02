export function GET(request) {
  return new Response(`read by ${request.method}`, { status: 203, headers: { "x-one": "1", etag: '"a"' } });
}
