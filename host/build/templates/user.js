// GET and DELETE /api/users/[id]: a param, JSON, and an answer from anywhere.
import { notFound } from 'next/navigation'

const users = [
  { id: 1, name: 'Ada' },
  { id: 2, name: 'Grace' },
]

// notFound() throws what answers 404.
function find(id) {
  return users.find((user) => String(user.id) === id) ?? notFound()
}

export async function GET(request, { params }) {
  const { id } = await params
  return Response.json(find(id))
}

// Every request runs in a fresh instance with its own memory, so that nothing is deleted for good.
export async function DELETE(request, { params }) {
  const { id } = await params
  find(id)
  return new Response(null, { status: 204 })
}
