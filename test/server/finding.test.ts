import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { retireValue, scan } from "#operation";
import { auditTrail, put } from "../operation/make-context.ts";
import { askAt, startServer } from "./fixture.ts";

const path = "/v1/environments/local/findings";
const lastDay = new Date(Date.now() + 30 * 24 * 3_600_000).toISOString().slice(0, 10);

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
  const right = { reason: "an old dump", until: lastDay };
  expect((await accept(viewer, right)).status).toBe(403);
  expect(await accept(operator, right)).toMatchObject({ status: 409, body: { error: { code: "VALUE_IN_USE" } } });
  await put(context, "SHARED_SECRET", "another-value-20482");
  await retireValue(context, { name: "SHARED_SECRET", scope: {}, compromised: false, confirm: async () => true });
  expect((await accept(operator, { reason: "", until: lastDay })).status).toBe(400);
  expect((await accept(operator, { reason: "x", until: "soon" })).status).toBe(400);
  expect((await accept(operator, right, 4711)).status).toBe(404);
  expect((await accept(operator, right, "x")).status).toBe(400);
  expect(await accept(operator, right)).toMatchObject({
    status: 200,
    body: { state: "accepted", accepted: { until: lastDay } },
  });
  expect((await auditTrail(context)).at(-1)).toBe("finding.accept SHARED_SECRET");
});

test("what is new is told once, for each secret, by the server's own rounds", async () => {
  const news: string[] = [];
  const server = await startServer({ rotateEvery: 50, onNews: (line) => news.push(line) });
  const { context, folder } = server;
  await put(context, "SHARED_SECRET", "planted-value-0123456789");
  for (const name of ["a", "b"]) writeFileSync(join(folder, name), "planted-value-0123456789");
  const look = (...paths: readonly string[]) => scan(context, { target: { kind: "tree", folder, paths }, keep: {} });
  await look("a", "b");
  await until(() => news.length > 0);
  await look("a", "b");
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(news).toHaveLength(1);
  expect(JSON.parse(news[0] ?? "")).toMatchObject({
    kind: "finding",
    environment: "local",
    name: "SHARED_SECRET",
    version: 1,
    places: 2,
  });
  writeFileSync(join(folder, "c"), "planted-value-0123456789");
  await look("c");
  await until(() => news.length > 1);
  expect(JSON.parse(news[1] ?? "")).toMatchObject({ places: 1 });
  expect((await auditTrail(context)).filter((one) => one === "finding.tell local")).toHaveLength(2);
  expect(news.join("") + server.troubles.join("")).not.toContain("planted");
  const token = await server.token("local:viewer");
  const { text } = await askAt(server.served.address, "/v1/environments/local/metrics", { token });
  expect(text).toContain('keyturn_findings_new{environment="local"} 3\n');
});

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 20));
}
