// A signature over the raw body; the secret is granted by segment.toml and read from process.env.
import { createHmac, timingSafeEqual } from "node:crypto";

export async function POST(request: Request) {
  const text = await request.text();
  const expected = createHmac("sha256", process.env.WEBHOOK_SECRET!).update(text).digest();
  const given = Buffer.from(request.headers.get("x-signature")?.replace("sha256=", "") ?? "", "hex");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    return new Response("the signature does not match\n", { status: 401 });
  }
  return new Response(`accepted ${JSON.parse(text).event}\n`);
}
