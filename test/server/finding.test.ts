import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { retireValue, scan } from "#operation";
import { auditTrail, put } from "../operation/make-context.ts";
import { startServer } from "./fixture.ts";

const path = "/v1/environments/local/findings";
const until = new Date(Date.now() + 30 * 24 * 3_600_000).toISOString().slice(0, 10);

async function ready() {
  const server = await startServer();
  const { context, folder } = server;
  await put(context, "SHARED_SECRET", "planted-value-0123456789");
  writeFileSync(join(folder, "leaked.txt"), "\nplanted-value-0123456789");
  await scan(context, { target: { kind: "tree", folder, paths: ["."] }, keep: {} });
  return server;
}

test("a viewer sees what was found, without a value; nobody else does", async () => {
  const server = await ready();
  const { body, text } = await server.ask(path, { token: await server.token("local:viewer") });
  expect(body.findings).toMatchObject([
    {
      thing: { kind: "value", name: "SHARED_SECRET", version: 1, encoding: "literal" },
      place: { kind: "tree", line: 2 },
      state: "new",
      step: "rotate",
      version: { state: "live", present: true },
    },
  ]);
  expect(text + server.log.join("")).not.toContain("planted-value");
  expect((await server.ask(path, { token: await server.token("elsewhere:admin") })).status).toBe(403);
  expect((await server.ask(path)).status).toBe(401);
});

test("an operator accepts one whose version has ended, with a reason and a day", async () => {
  const server = await ready();
  const { context } = server;
  const [viewer, operator] = [await server.token("local:viewer"), await server.token("local:operator")];
  const [{ id }] = (await server.ask(path, { token: viewer })).body.findings;
  const accept = (token: string, json: object, which: unknown = id) =>
    server.ask(`${path}/${String(which)}/accept`, { method: "POST", token, json });
  const right = { reason: "an old dump", until };
  expect((await accept(viewer, right)).status).toBe(403);
  expect(await accept(operator, right)).toMatchObject({ status: 409, body: { error: { code: "VALUE_IN_USE" } } });
  await put(context, "SHARED_SECRET", "another-value-20482");
  await retireValue(context, { name: "SHARED_SECRET", scope: {}, compromised: false, confirm: async () => true });
  expect((await accept(operator, { reason: "", until })).status).toBe(400);
  expect((await accept(operator, { reason: "x", until: "soon" })).status).toBe(400);
  expect((await accept(operator, right, 4711)).status).toBe(404);
  expect((await accept(operator, right, "x")).status).toBe(400);
  expect(await accept(operator, right)).toMatchObject({
    status: 200,
    body: { state: "accepted", accepted: { until } },
  });
  expect((await auditTrail(context)).at(-1)).toBe("finding.accept SHARED_SECRET");
});
