import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { writeFile } from "node:fs/promises";
import { expect, onTestFinished, test } from "vitest";
import { AppError, systemClock } from "#kernel";
import { giveGrants } from "#operation";
import { makeProject, put } from "../operation/make-context.ts";
import { askAt, startServer } from "./fixture.ts";
import { scheduleProbes } from "../../src/server/schedule/probe-schedule.ts";
import { metricsText } from "../../src/server/route/metrics.ts";

const key = "sk-proj-planted-0123456789abcdefghij";

interface Listening {
  readonly url: string;
  readonly seen: { readonly body: string; readonly path: string }[];
}

async function listen(answer: (request: IncomingMessage) => { readonly status: number; readonly body: unknown }) {
  const seen: { body: string; path: string }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      seen.push({ body: Buffer.concat(chunks).toString("utf8"), path: request.url ?? "" });
      const { status, body } = answer(request);
      response.statusCode = status;
      response.end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const listening: Listening = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
  return listening;
}

/** A service with a key for a provider at an address of its own, which is older than the key. */
async function project(base: string): Promise<string> {
  const { context, folder } = await makeProject({
    "keyturn.yaml": `platform: shop
services:
  api: { contract: .env.example, runtime: process, command: [node, main.js], directory: . }
environments:
  local:
    hosts: { here: local }
`,
    ".env.example": "# @optional @sensitive\nOPENAI_API_KEY=\n# @optional @public\nOPENAI_BASE_URL=\n",
  });
  const names = ["OPENAI_API_KEY", "OPENAI_BASE_URL"];
  await giveGrants(
    context,
    names.map((name) => ({ service: "api", name, kind: "hold" as const })),
  );
  await put(context, "OPENAI_BASE_URL", base);
  await put(context, "OPENAI_API_KEY", key);
  return folder;
}

test("a key that stops working is told once, by a line and by a post, and when it works again", async () => {
  let works = true;
  const provider = await listen(() =>
    works ? { status: 200, body: { data: [] } } : { status: 401, body: { error: { code: "invalid_api_key" } } },
  );
  const hook = await listen(() => ({ status: 204, body: {} }));
  const folder = await project(`${provider.url}/v1`);
  const webhookFile = join(folder, "webhook");
  await writeFile(webhookFile, `${hook.url}/services/secret-part\n`, { mode: 0o600 });
  const lines: string[] = [];
  const news = { webhookFile, onNews: (line: string) => void lines.push(line) };
  const server = await startServer({ nearby: true, probeEvery: 50, ...news }, folder);
  await until(() => provider.seen.length >= 3);
  expect(lines).toEqual([]);
  works = false;
  await until(() => hook.seen.length === 1);
  const asked = provider.seen.length;
  await until(() => provider.seen.length >= asked + 3);
  works = true;
  await until(() => hook.seen.length === 2);
  expect(hook.seen.map(({ body }) => JSON.parse(body) as unknown)).toMatchObject([
    {
      kind: "credential",
      environment: "local",
      provider: "openai",
      name: "OPENAI_API_KEY",
      before: "ok",
      state: "invalid",
    },
    { before: "invalid", state: "ok" },
  ]);
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([{ state: "invalid" }, { state: "ok" }]);
  const told = JSON.stringify([lines, hook.seen.map(({ body }) => body), server.log]);
  expect(told).not.toContain("planted");
  expect(told).not.toContain("secret-part");
  const token = await server.token("local:viewer");
  const metrics = await askAt(server.served.address, "/v1/environments/local/metrics", { token });
  expect(metrics.headers.get("content-type")).toContain("text/plain");
  expect(metrics.text).toContain(
    'keyturn_credential_ok{environment="local",provider="openai",variable="OPENAI_API_KEY",state="ok"} 1\n',
  );
});

test("a webhook that does not take it is tried again, and is told without its address", async () => {
  const provider = await listen(() => ({ status: 401, body: { error: { code: "invalid_api_key" } } }));
  const hook = await listen(() => ({ status: 500, body: {} }));
  const folder = await project(`${provider.url}/v1`);
  const webhookFile = join(folder, "webhook");
  await writeFile(webhookFile, `${hook.url}/services/secret-part`, { mode: 0o600 });
  const lines: string[] = [];
  await startServer({ nearby: true, probeEvery: 60_000, webhookFile, onNews: (line) => void lines.push(line) }, folder);
  await until(() => hook.seen.length === 2);
  expect(lines.join("")).not.toContain("secret-part");
});

test("a webhook file that others can read is refused", async () => {
  const folder = await project("http://127.0.0.1:1/v1");
  const webhookFile = join(folder, "webhook");
  await writeFile(webhookFile, "https://hooks.example/x", { mode: 0o644 });
  const started = startServer({ probeEvery: 1000, webhookFile }, folder);
  await expect(started).rejects.toMatchObject({ code: "FILE_UNREADABLE", hint: expect.stringContaining("chmod 600") });
});

test("a round that does not learn whom to look at says so, and the next one comes all the same", async () => {
  const lines: string[] = [];
  const schedule = scheduleProbes({
    clock: systemClock,
    every: 10,
    visit: () => {
      throw new Error("nobody is visited");
    },
    environments: async () => {
      throw new AppError("STORE_BUSY", "another process holds the store");
    },
    nearby: false,
    notify: async () => undefined,
    onTrouble: (line) => void lines.push(line),
  });
  await until(() => lines.length >= 2);
  await schedule.close();
  expect(JSON.parse(lines[0] ?? "")).toEqual({ at: expect.any(String), trouble: "STORE_BUSY", doing: "probes" });
});

test("names in metrics can't end their line", () => {
  const text = metricsText({
    environment: 'a"b\nc\\',
    credentials: [],
    runtimes: { agent: 3 },
    openRollout: true,
    scheduled: [{ name: "TOKEN", scope: {}, by: "person", due: 5000, next: 5000, state: "person" }],
    openRotations: 0,
    unverified: 1,
    newFindings: 4,
  });
  expect(text).toContain('keyturn_findings_new{environment="a\\"b\\nc\\\\"} 4\n');
  expect(text).toContain('keyturn_runtimes{environment="a\\"b\\nc\\\\",service="agent"} 3\n');
  expect(text.split("\n").filter((line) => line !== "" && !line.startsWith("#"))).toHaveLength(7);
  expect(text).toContain(
    'keyturn_rotation_waits_for_person{environment="a\\"b\\nc\\\\",variable="TOKEN",by="person",state="person"} 1\n',
  );
});

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 20));
}
