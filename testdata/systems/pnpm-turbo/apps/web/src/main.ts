import { createServer } from "node:http";
import { price, type Price } from "@orchard/pricing";

const server = createServer(async (request, response) => {
  if (request.url === "/healthz") {
    response.end("ok");
    return;
  }
  const answer = await fetch(`${process.env.API_URL}/price`);
  const apple = (await answer.json()) as Price;
  const pear = price("pear", 5);
  response.setHeader("content-type", "text/html");
  response.end(`<p>apple ${apple.cents}, pear ${pear.cents}, for ${apple.validFor}</p>`);
});

server.listen(process.env.PORT ?? 3000);
process.on("SIGTERM", () => server.close());
