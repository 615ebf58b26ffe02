async function shown(value: FormDataEntryValue) {
  if (typeof value === "string") return value;
  const bytes = new Uint8Array(await value.arrayBuffer());
  return { name: value.name, type: value.type, size: value.size, sum: bytes.reduce((sum, byte) => sum + byte, 0), text: await value.text() };
}

export async function POST(request: Request) {
  const entries: unknown[] = [];
  let form: FormData;
  try {
    form = await request.formData();
  } catch (thrown) {
    return Response.json({ thrown: (thrown as Error).name });
  }
  for (const [name, value] of form) entries.push([name, await shown(value)]);
  return Response.json({ entries, keys: [...form.keys()], first: form.has("a"), all: form.getAll("a").length });
}
