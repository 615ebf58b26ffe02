// GET and DELETE /api/users/[id]: a param, JSON, and an answer from anywhere.
import type { NextRequest } from 'next/server'
import { notFound } from 'next/navigation'

const users = [
  { id: 1, name: 'Ada' },
  { id: 2, name: 'Grace' },
]

// notFound() throws what answers 404.
function find(id: string) {
  return users.find((user) => String(user.id) === id) ?? notFound()
}

// RouteContext knows the params of every directory that has a route.
export async function GET(request: NextRequest, { params }: RouteContext<'/api/users/[id]'>) {
  const { id } = await params
  return Response.json(find(id))
}

// Every request runs in a fresh instance with its own memory, so that nothing is deleted for good.
export async function DELETE(request: NextRequest, { params }: RouteContext<'/api/users/[id]'>) {
  const { id } = await params
  find(id)
  return new Response(null, { status: 204 })
}
