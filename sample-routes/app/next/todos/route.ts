// JSON out and in: GET lists, POST checks what was sent and answers 201.
import { NextResponse } from "next/server";

interface Todo {
  id: number;
  title: string;
}

const todos: Todo[] = [{ id: 1, title: "read the walk-through" }];

export function GET() {
  return NextResponse.json(todos);
}

export async function POST(request: Request) {
  const sent = await request.json().catch(() => null);
  if (typeof sent?.title !== "string") {
    return NextResponse.json({ error: "a todo has a title" }, { status: 422 });
  }
  return NextResponse.json({ id: todos.length + 1, title: sent.title }, { status: 201 });
}
