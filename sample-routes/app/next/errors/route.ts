// What goes wrong: an answer of the handler's own for what it expects, 500 for what nobody caught.
class TooMuch extends Error {}

function withdrawn(amount: unknown): number {
  if (typeof amount !== "number") throw new TypeError("an amount is a number");
  if (amount > 100) throw new TooMuch(`${amount} is more than the 100 there are`);
  return 100 - amount;
}

export async function POST(request: Request) {
  try {
    const { amount } = await request.json();
    return Response.json({ left: withdrawn(amount) });
  } catch (reason) {
    if (reason instanceof TooMuch) return Response.json({ error: reason.message }, { status: 409 });
    return Response.json({ error: 'expected a body like {"amount":1}' }, { status: 400 });
  }
}

// The client learns nothing but the status; the server's log has the message, the file and the line.
export async function GET() {
  throw new Error("nobody catches this");
}
