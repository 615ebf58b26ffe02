export async function POST(request: Request) {
  try {
    const { amount } = await request.json();
    if (amount > 100) throw new RangeError("too much");
    return Response.json({ amount });
  } catch (reason) {
    const message = reason instanceof RangeError ? reason.message : "unexpected error";
    return new Response(`Webhook error: ${message}`, { status: 400 });
  }
}

export async function GET() {
  throw new Error("nobody catches this");
}
