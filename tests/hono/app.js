/** A Hono application as its author runs it elsewhere: routes of its own, middleware, bodies, cookies, a stream. */

import { Hono } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { HTTPException } from "hono/http-exception";
import { fire } from "hono/service-worker";
import { streamText } from "hono/streaming";

const app = new Hono().basePath("/shop");

app.use(async (c, next) => {
  await next();
  c.header("x-served-by", "hono");
});

app.get("/", (c) => c.text("the shop"));

app.get("/items/:id", (c) => {
  const id = c.req.param("id");
  if (id === "0") throw new HTTPException(404, { message: "no item 0" });
  return c.json({ id, color: c.req.query("color") ?? null, agent: c.req.header("user-agent") ?? null });
});

app.post("/items", async (c) => {
  const item = await c.req.json();
  c.header("location", `/shop/items/${item.id}`);
  return c.json(item, 201);
});

app.delete("/items/:id", (c) => c.body(null, 204));

app.post("/form", async (c) => {
  const form = await c.req.parseBody();
  return c.text(`${form.name} is ${form.age}`);
});

app.get("/visits", (c) => {
  const visits = Number(getCookie(c, "visits") ?? 0) + 1;
  setCookie(c, "visits", String(visits), { httpOnly: true, path: "/shop" });
  return c.text(String(visits));
});

app.get("/count", (c) =>
  streamText(c, async (stream) => {
    for (const number of ["one", "two", "three"]) {
      await stream.writeln(number);
      await stream.sleep(5);
    }
  }),
);

app.notFound((c) => c.text(`nothing at ${c.req.path}`, 404));

// Without `fetch`, its 404s are answers; otherwise it would ask the network, as a service worker does.
fire(app, { fetch: undefined });
