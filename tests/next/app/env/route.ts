const early = process.env.GREETING;

export async function GET() {
  const { GREETING, EMPTY, MISSING } = process.env;
  return Response.json({
    early,
    GREETING,
    empty: EMPTY,
    missing: MISSING ?? null,
    mode: process.env.NODE_ENV,
    has: ["GREETING" in process.env, "MISSING" in process.env],
    listed: Object.keys(process.env).includes("GREETING"),
    computed: process.env[["GREET", "ING"].join("")],
    runtime: process.env.NEXT_RUNTIME,
    fallback: process.env.MISSING || "fallback",
  });
}
