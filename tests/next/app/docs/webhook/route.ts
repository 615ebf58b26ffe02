import { createHmac, timingSafeEqual } from "node:crypto";

export async function POST(request: Request) {
  const text = await request.text();
  const expected = createHmac("sha256", process.env.WEBHOOK_SECRET!).update(text).digest();
  const given = Buffer.from(request.headers.get("x-signature")?.replace(/^sha256=/, "") ?? "", "hex");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    return new Response("bad signature", { status: 401 });
  }
  const event = JSON.parse(text);
  return Response.json({ received: event.type, signature: expected.toString("base64url") });
}
