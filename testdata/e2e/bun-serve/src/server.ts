import { minutes } from "@/teas";

const server = Bun.serve({
  port: Number(Bun.env.PORT ?? 4000),
  routes: {
    "/healthz": new Response("ok"),
    "/teas/:name": (request) => {
      const text = minutes(request.params.name);
      return text ? Response.json({ minutes: text }) : new Response("no such tea", { status: 404 });
    },
  },
  fetch() {
    return new Response("not here", { status: 404 });
  },
});

console.log(`listening on ${server.url}`);
