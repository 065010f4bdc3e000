import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

/** A program that has used the adapter before: from then on `Response` is the adapter's own. */
const program = `
import { getRequestListener } from "@hono/node-server";
getRequestListener(() => new Response());
const { listenAt, makeHttpServer } = await import("./src/server/listen.ts");
const http = makeHttpServer(async (_, { outgoing }) => {
  outgoing.write("what came first");
  setTimeout(() => outgoing.end(", and what came later"), 50);
  return new Response();
});
const { address, close } = await listenAt(http, { host: "127.0.0.1", port: 0 });
process.stdout.write(await (await fetch(address)).text());
await close();
`;

test("what a handler sends by itself goes out whole, whoever used the adapter before", async () => {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program]);
  expect({ stdout, stderr }).toEqual({ stdout: "what came first, and what came later", stderr: "" });
});
