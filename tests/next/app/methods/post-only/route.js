export async function POST() {
  return new Response("made", { status: 201 });
}
