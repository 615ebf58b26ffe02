// Anything that is text: a feed, whose URL has a dot in it.
const posts = [
  { title: "Ceilings & limits", at: "2026-01-02" },
  { title: "A route in TypeScript", at: "2026-01-03" },
];

const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

export async function GET() {
  const items = posts.map(
    ({ title, at }) => `<item><title>${escaped(title)}</title><pubDate>${new Date(at).toUTCString()}</pubDate></item>`,
  );
  const feed = `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>Samples</title>
${items.join("\n")}
</channel></rss>
`;
  return new Response(feed, { headers: { "Content-Type": "text/xml" } });
}
