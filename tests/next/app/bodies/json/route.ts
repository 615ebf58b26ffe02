import { thrownBy } from "@/lib/cases";

export async function POST(request: Request) {
  let value: unknown;
  const thrown = await thrownBy(async () => (value = await request.json()));
  return Response.json({ value, thrown, used: request.bodyUsed });
}

/** What nobody catches. */
export async function PUT(request: Request) {
  return Response.json(await request.json());
}
