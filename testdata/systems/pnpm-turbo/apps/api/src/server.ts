import { createServer } from "node:http";
import { price } from "@orchard/pricing";

const port = Number(process.env.PORT ?? 4000);

const server = createServer((request, response) => {
  if (request.url === "/healthz") {
    response.end("ok");
    return;
  }
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(price("apple", 7)));
});

server.listen(port);
process.on("SIGTERM", () => server.close());
