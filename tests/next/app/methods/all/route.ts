import { told } from "@/lib/told";

export const GET = (request: Request) => told(request);
export const POST = async (request: Request) => told(request, { body: await request.text() });
export async function PUT(request: Request) {
  return told(request, { body: await request.text() });
}
export async function PATCH(request: Request) {
  return told(request, { body: await request.text() });
}
export function DELETE(request: Request) {
  return told(request);
}
const head = () => new Response(null, { status: 200, headers: { "x-answered-by": "HEAD" } });
const options = () => new Response(null, { status: 204, headers: { "x-answered-by": "OPTIONS" } });
export { head as HEAD, options as OPTIONS };
