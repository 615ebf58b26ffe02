export function GET(): Response {
  throw new Error("of its own accord");
}
