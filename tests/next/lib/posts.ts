export const posts = Array.from({ length: 23 }, (_, at) => ({
  id: at + 1,
  title: `Post ${at + 1} & more`,
  published: new Date(Date.UTC(2026, 0, at + 1)).toISOString(),
}));
