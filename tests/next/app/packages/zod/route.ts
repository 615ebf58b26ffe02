import { NextResponse } from "next/server";
import { z } from "zod";

const Order = z.object({
  email: z.email(),
  items: z.array(z.object({ id: z.number().int().positive(), count: z.number().default(1) })).min(1),
  at: z.coerce.date().optional(),
  kind: z.enum(["normal", "express"]),
});

export async function POST(request: Request) {
  const parsed = Order.safeParse(await request.json());
  if (!parsed.success) {
    return NextResponse.json({ issues: parsed.error.issues.map(({ path, code }) => ({ path, code })) }, { status: 422 });
  }
  return NextResponse.json(parsed.data);
}
