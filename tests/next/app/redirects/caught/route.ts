import { notFound, redirect, unstable_rethrow } from "next/navigation";

/** A catch swallows it. */
export async function GET() {
  try {
    redirect("/docs/hello");
  } catch (thrown) {
    const { message, digest } = thrown as Error & { digest: string };
    return Response.json({ message, isError: thrown instanceof Error, digest: digest.startsWith("NEXT_REDIRECT;") });
  }
}

/** Unless it is thrown again. */
export async function POST() {
  try {
    redirect("/docs/hello");
  } catch (thrown) {
    unstable_rethrow(thrown);
    return new Response("swallowed");
  }
}

export async function PUT() {
  try {
    notFound();
  } catch (thrown) {
    throw thrown;
  } finally {
    await Promise.resolve();
  }
}

export async function PATCH() {
  await Promise.all([Promise.resolve(1), (async () => redirect("/docs/json"))()]);
}
