export async function POST(request: Request) {
  const form = await request.formData();
  const name = form.get("name");
  const file = form.get("file");
  if (!(file instanceof File)) return Response.json({ name, file: null }, { status: 400 });
  const bytes = new Uint8Array(await file.arrayBuffer());
  return Response.json({ name, file: { name: file.name, type: file.type, size: file.size, bytes: [...bytes.slice(0, 16)] } });
}
