// Another origin may read this, and OPTIONS of its own says so before a request that needs leave.
const allowed = "https://app.example.com";

// `Vary` keeps a cache from giving one origin's answer to another.
const shared = { "Access-Control-Allow-Origin": allowed, Vary: "Origin" };

export async function GET() {
  return Response.json({ message: "readable from another origin" }, { headers: shared });
}

export async function OPTIONS() {
  return new Response(null, {
    status: 204,
    headers: {
      ...shared,
      "Access-Control-Allow-Methods": "GET, OPTIONS",
      "Access-Control-Allow-Headers": "Content-Type, Authorization",
      "Access-Control-Max-Age": "86400",
    },
  });
}
