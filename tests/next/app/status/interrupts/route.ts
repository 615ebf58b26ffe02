import { forbidden, notFound, unauthorized } from "next/navigation";

const INTERRUPTS: Record<string, () => never> = { notFound, unauthorized, forbidden };

async function answer(request: Request): Promise<Response> {
  return INTERRUPTS[new URL(request.url).searchParams.get("case")!]();
}

export { answer as GET, answer as POST };
