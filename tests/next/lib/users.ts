export interface User {
  id: string;
  name: string;
}

const users = new Map<string, User>(
  ["Ada", "Grace", "Hedy"].map((name, at) => [String(at + 1), { id: String(at + 1), name }]),
);

export function findUser(id: string): User | undefined {
  return users.get(id);
}
