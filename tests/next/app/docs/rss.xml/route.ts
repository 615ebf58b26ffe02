import { posts } from "@/lib/posts";

const escape = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

export async function GET() {
  const items = posts.slice(0, 3).map(
    ({ title, published }) => `<item><title>${escape(title)}</title><pubDate>${new Date(published).toUTCString()}</pubDate></item>`,
  );
  return new Response(
    `<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0"><channel><title>Posts</title>${items.join("")}</channel></rss>`,
    { headers: { "Content-Type": "text/xml" } },
  );
}
