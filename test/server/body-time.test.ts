import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { limitBodyTime, unhurried } from "../../src/server/guard/body-time.ts";

test("a body that does not come to its end is cut, unless it may take its time", async () => {
  const server = createServer({ requestTimeout: 0 }, (incoming, answer) => {
    if (incoming.url === "/slow") unhurried(incoming);
    incoming
      .on("error", () => undefined)
      .on("end", () => answer.end())
      .resume();
  });
  limitBodyTime(server, 300);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => server.close().closeAllConnections());
  const post = (path: string) => {
    const { port } = server.address() as AddressInfo;
    return request({ port, path, method: "POST", headers: { "content-length": "10" }, agent: false });
  };
  const [slow, usual] = [post("/slow"), post("/usual")];
  const answered = once(slow, "response");
  const cut = new Promise((resolve) => usual.once("close", resolve));
  let reset = "";
  usual.on("error", (error: NodeJS.ErrnoException) => (reset = error.code ?? ""));
  for (const one of [slow, usual]) one.write("12345");
  await cut;
  slow.end("67890");
  const [answer] = await answered;
  expect([reset, answer.statusCode]).toEqual(["ECONNRESET", 200]);
});
