// Cookies both ways, and a redirect once a form has been accepted.
import { cookies } from "next/headers";
import { redirect } from "next/navigation";

export async function GET() {
  const user = (await cookies()).get("user");
  return Response.json({ user: user?.value ?? null });
}

export async function POST(request: Request) {
  const form = await request.formData();
  (await cookies()).set("user", String(form.get("user")), { httpOnly: true, sameSite: "lax" });
  redirect("/next/session");
}

export async function DELETE() {
  (await cookies()).delete("user");
  return new Response(null, { status: 204 });
}
