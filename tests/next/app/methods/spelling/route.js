export async function PUT() {
  return new Response("put");
}

export async function get() {
  return new Response("never");
}
