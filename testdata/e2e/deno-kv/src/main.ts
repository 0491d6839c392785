import { Hono } from "hono";
import { add, all } from "@/shelf.ts";

const app = new Hono();

app.get("/healthz", (c) => c.text("ok"));
app.get("/teas", async (c) => c.json(await all()));
app.post("/teas", async (c) => {
  const { name } = await c.req.json();
  await add(name);
  return c.json({ added: name }, 201);
});

Deno.serve({ port: Number(Deno.env.get("PORT") ?? 4500) }, app.fetch);
