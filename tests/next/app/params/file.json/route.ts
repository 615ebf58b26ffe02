export const GET = () => Response.json({ dotted: true });
