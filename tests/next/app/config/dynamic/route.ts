export const dynamic = "force-dynamic";
export const revalidate = 0;
export const fetchCache = "default-no-store";
export const runtime = "nodejs";
export const maxDuration = 30;
export const dynamicParams = true;

export async function GET(request: Request) {
  return new Response(new URL(request.url).searchParams.get("a"), { headers: { "cache-control": "no-store" } });
}
