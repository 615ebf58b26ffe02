const table = new Map(Array.from({ length: 100 }, (_, at) => [at, at * at]));
const started = Date.now();
let requests = 0;

async function load() {
  return "loaded";
}

const loading = load();

export async function GET() {
  requests += 1;
  return Response.json({ square: table.get(12), isRecent: Date.now() - started < 86_400_000, loaded: await loading, counts: requests > 0 });
}

/** How many requests this module has seen. */
export async function POST() {
  requests += 1;
  return Response.json({ requests });
}
