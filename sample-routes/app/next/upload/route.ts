// A form with a file.
export async function POST(request: Request) {
  const form = await request.formData();
  const file = form.get("file");
  if (!(file instanceof File)) {
    return Response.json({ error: "expected a file" }, { status: 400 });
  }
  return Response.json({ note: form.get("note"), name: file.name, type: file.type, bytes: (await file.arrayBuffer()).byteLength });
}
