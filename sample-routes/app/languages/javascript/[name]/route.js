// GET and POST /languages/javascript/[name]: a param, the query and a form, as in the directories beside it.

export async function GET(request, { params }) {
  const { name } = await params;
  const greeting = new URL(request.url).searchParams.get("greeting") ?? "Hello";
  return new Response(`${greeting}, ${name}, from JavaScript!\n`);
}

export async function POST(request, { params }) {
  const { name } = await params;
  const form = await request.formData().catch(() => null);
  const text = form?.get("text");
  if (typeof text !== "string") return new Response("expected a form with a field `text`\n", { status: 400 });
  return new Response(`${name} said ${text}\n`, { status: 201 });
}
