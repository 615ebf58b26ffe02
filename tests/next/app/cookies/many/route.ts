export async function GET() {
  const headers = new Headers();
  headers.append("Set-Cookie", "a=1; Path=/");
  headers.append("set-cookie", "b=2, and a comma; Expires=Wed, 02 Jan 2030 03:04:05 GMT");
  headers.append("SET-COOKIE", "a=3");
  return new Response(JSON.stringify(headers.getSetCookie()), { headers });
}

export async function POST() {
  return new Response(null, { headers: [["set-cookie", "a=1"], ["set-cookie", "b=2"], ["x-many", "1"], ["x-many", "2"]] });
}
