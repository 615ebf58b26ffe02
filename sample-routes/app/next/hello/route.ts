// The smallest route file: an exported function answers the method of its name.
export async function GET() {
  return new Response("Hello, Next.js!\n");
}
