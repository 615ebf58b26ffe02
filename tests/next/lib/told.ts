/** What a handler was asked, as JSON. */
export async function told(request: Request, more: object = {}) {
  const { pathname } = new URL(request.url);
  return Response.json({ method: request.method, pathname, ...more }, { headers: { "x-method": request.method } });
}
