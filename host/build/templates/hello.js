// GET /: the smallest route.

// Its name is the method, the directory is the URL; HEAD and OPTIONS come for free.
export async function GET() {
  return new Response('Hello, World!\n')
}
