import type { Socket } from "node:net";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { askRedis, findProvider, speak } from "#provider";
import { standInTcp } from "./stand-in.ts";

const probe = findProvider("redis")?.probe;

/** What is made of these bytes, when the server sends them and hangs up. */
async function answered(bytes: string | Uint8Array) {
  if (probe?.kind !== "stream") throw new Error("the catalogue has no Redis");
  const answer = (socket: Socket) => void socket.once("data", () => socket.end(bytes));
  const { egress } = await standInTcp(answer, { addresses: [["10.0.0.8"]] });
  const options = { egress, nearby: true, signal: AbortSignal.timeout(egress.limit) };
  return speak(probe, "redis://cache.internal", options, (conversation) => askRedis(conversation, ["PING"]));
}

test.each([
  ["+OK\r\n", { kind: "text", text: "OK" }],
  [":7\r\n", { kind: "text", text: "7" }],
  ["-ERR no\r\n", { kind: "error", text: "ERR no" }],
  ["$-1\r\n", { kind: "none" }],
  ["*-1\r\n", { kind: "none" }],
  ["$5\r\na\r\nbc\r\n", { kind: "text", text: "a\r\nbc" }],
  [
    "*2\r\n$1\r\na\r\n*1\r\n:1\r\n",
    {
      kind: "list",
      items: [
        { kind: "text", text: "a" },
        { kind: "list", items: [{ kind: "text", text: "1" }] },
      ],
    },
  ],
])("Redis' answer %j is read", async (bytes, reply) => {
  expect(await answered(bytes)).toEqual({ kind: "spoken", result: reply });
});

test("whatever a server sends, there is an end and no exception", async () => {
  const part = fc.constantFrom(
    "*1\r\n",
    "*99999999\r\n",
    "$-7\r\n",
    "$x\r\n",
    "$99999999\r\n",
    "*-5\r\n",
    "+",
    "\r\n",
    "HTTP/1.1 200\r\n",
  );
  const bytes = fc.oneof(
    fc.array(part, { maxLength: 40 }).map((parts) => parts.join("")),
    fc.uint8Array({ maxLength: 200 }),
  );
  await fc.assert(
    fc.asyncProperty(bytes, async (sent) => {
      expect(["spoken", "unreachable", "refused"]).toContain((await answered(sent)).kind);
    }),
    { numRuns: 60 },
  );
});
