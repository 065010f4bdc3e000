import { readFile, writeFile } from "node:fs/promises";
import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import {
  continueRotation,
  createRuntime,
  listRotations,
  planRotation,
  rotateSecret,
  type RotateRequest,
} from "#operation";
import { processesOf } from "../../operation/live-platform.ts";
import { copiedPlatform, type Copied } from "../copied-platform.ts";
import { getJson, postJson } from "../platform.ts";

// up to seven processes, one after the other
vi.setConfig({ testTimeout: 240_000 });

/** Moves the clock of a service by as many milliseconds as a file says at that moment. */
const clock = `import { readFileSync } from "node:fs";
const { Date: Real } = globalThis;
const ahead = () => Number(readFileSync(new URL("./ahead", import.meta.url), "utf8"));
globalThis.Date = class extends Real {
  constructor(...given) { if (given.length === 0) super(Real.now() + ahead()); else super(...given); }
  static now() { return Real.now() + ahead(); }
};
`;
const hour = 3_600_000;
const users = ["alice", "bob"] as const;
const compromised: Pick<RotateRequest, "name" | "scope" | "compromised"> = {
  name: "JWT_SECRET",
  scope: {},
  compromised: true,
};
const question = { ...compromised, compromised: false };
const on = { name: "JWT_SECRET", patience: 0, confirm: async () => true };

test("a root secret changes under the agents of several users, and devices of before are known until the limit", async () => {
  const platform = await homedevice();
  const { context } = platform;
  const devices = await Promise.all(users.map((user) => pair(platform, user)));
  const before = await Promise.all(users.map((user) => keyOf(platform, user)));
  const plan = await planRotation(context, question);
  expect(plan.steps.map(({ phase, services, restarts }) => [phase, services, restarts])).toEqual([
    ["accept", ["api"], 1],
    ["switch", ["agent"], 2],
    ["forget", ["api"], 1],
  ]);
  expect(plan.warnings.map(({ message }) => message)).toEqual([
    expect.stringContaining("api takes tokens of paired devices of the old value for 60 min more") as string,
    "API_SERVER_KEY of 2 agent follows from it: they are made anew",
  ]);

  // behind the first step the agents still have the key of the value before
  const stop = new AbortController();
  await rotateSecret(context, {
    ...question,
    ...on,
    signal: stop.signal,
    onEvent: ({ kind }) => void (kind === "end" && stop.abort()),
  });
  for (const device of devices) expect((await chat(platform, device)).status).toBe(200);
  expect(await Promise.all(users.map((user) => keyOf(platform, user)))).toEqual(before);

  const held = await continueRotation(platform.again(), { ...on, onEvent: () => undefined });
  expect(held).toMatchObject({
    kind: "held",
    rotation: { step: 2 },
    reason: expect.stringMatching(/api takes tokens of paired devices until \d{4}-.*Z, by its @overlap/) as string,
  });
  const behind = await Promise.all(users.map((user) => keyOf(platform, user)));
  expect(new Set([...before, ...behind]).size).toBe(4);
  for (const device of devices) expect((await chat(platform, device)).status).toBe(200);
  for (const [index, user] of users.entries()) {
    expect(await direct(platform, user, before[index] ?? "")).toBe(401);
    expect(await direct(platform, user, behind[index] ?? "")).toBe(200);
  }

  // the service itself holds to the limit, whenever the last step comes
  await setAhead(platform, hour + 1000);
  for (const device of devices) expect(await whoIs(platform, device)).toBe(401);
  const young = await pair(platform, "alice");
  expect(await whoIs(platform, young)).toBe(200);
  await setAhead(platform, 0);
  for (const device of devices) expect(await whoIs(platform, device)).toBe(200);

  const later = platform.again();
  const behindLimit = { ...later, clock: { ...later.clock, now: () => later.clock.now() + hour + 1000 } };
  expect(await continueRotation(behindLimit, { ...on, onEvent: () => undefined })).toMatchObject({ kind: "rotated" });
  for (const device of devices) expect(await whoIs(platform, device)).toBe(401);
  expect(await whoIs(platform, await pair(platform, "bob"))).toBe(200);
});

test("a compromised root ends devices and agents' keys at once, and says so before", async () => {
  const platform = await homedevice();
  const { context } = platform;
  const device = await pair(platform, "alice");
  const plan = await planRotation(context, compromised);
  expect(plan.steps.map(({ phase, services }) => [phase, services])).toEqual([["swap", ["agent", "api"]]]);
  expect(plan.warnings.map(({ message }) => message)).toContain(
    "tokens of paired devices end with it at once: api refuses them from then on",
  );
  const before = await keyOf(platform, "alice");
  const result = await rotateSecret(context, { ...compromised, ...on, onEvent: () => undefined });
  expect(result).toMatchObject({ kind: "rotated", rotation: { compromised: true } });
  expect(await whoIs(platform, device)).toBe(401);
  expect(await direct(platform, "alice", before)).toBe(401);
  const again = await pair(platform, "alice");
  expect((await chat(platform, again)).status).toBe(200);
  expect((await listRotations(context))[0]).toMatchObject({ state: "done" });
});

interface Home extends Copied {
  readonly api: string;
}

/** The example, an hour as the limit for devices, and a provisioner that makes agents and leads to them. */
async function homedevice(): Promise<Home> {
  const made: { context?: Copied["context"]; shift: number } = { shift: 0 };
  const provisioner = createServer((incoming, outgoing) => {
    const user = /^\/v1\/internal\/runtimes\/(\w+)\/chat$/.exec(incoming.url ?? "")?.[1];
    if (user !== undefined) {
      const headers = { ...incoming.headers, host: "agent" };
      const port = agentPort(made, user);
      const passed = request({ port, path: "/chat", method: "POST", headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      passed.on("error", () => outgoing.writeHead(502).end());
      return void incoming.pipe(passed);
    }
    let text = "";
    incoming.on("data", (chunk: Buffer) => (text += chunk.toString()));
    incoming.on("end", () => {
      const { user: asked } = JSON.parse(text) as { user: string };
      void make(made.context, asked).then((status) => outgoing.writeHead(status).end("{}"));
    });
  }).listen(0, "127.0.0.1");
  await once(provisioner, "listening");
  onTestFinished(() => {
    provisioner.closeAllConnections();
    provisioner.close();
  });
  const { port } = provisioner.address() as AddressInfo;
  const platform = await copiedPlatform("homedevice", {
    ports: [7000, 7200, 7300, 7301],
    edits: {
      "api/.env.example": [
        ["@overlap=30d", "@overlap=1h"],
        ["http://127.0.0.1:7333", `http://127.0.0.1:${port}`],
      ],
      "keyturn.yaml": [
        [
          "command: [node, src/main.ts]\n        directory: api",
          "command: [node, --import, ../clock.mjs, src/main.ts]\n        directory: api",
        ],
      ],
    },
    files: { "clock.mjs": clock, ahead: "0" },
  });
  made.context = platform.context;
  made.shift = platform.shift;
  // in this order, so that each has its seat
  for (const user of users) await createRuntime(platform.context, { user });
  return { ...platform, api: `http://127.0.0.1:${7000 + platform.shift}` };
}

async function make(context: Copied["context"] | undefined, user: string): Promise<number> {
  if (context === undefined) return 503;
  return (await createRuntime(context, { user })).kind === "created" ? 201 : 200;
}

function agentPort({ shift }: { readonly shift: number }, user: string): number {
  return 7300 + shift + users.findIndex((one) => one === user);
}

function setAhead({ folder }: Home, ms: number): Promise<void> {
  return writeFile(join(folder, "ahead"), String(ms));
}

async function pair({ api }: Home, user: string): Promise<string> {
  const { body } = await postJson(`${api}/v1/pairings`, {}, { authorization: `Bearer user:${user}` });
  const paired = await postJson(`${api}/v1/devices`, body as Readonly<Record<string, unknown>>);
  expect(paired.status).toBe(201);
  return (paired.body as { token: string }).token;
}

async function whoIs({ api }: Home, token: string): Promise<number> {
  return (await getJson(`${api}/v1/devices/me`, { authorization: `Bearer ${token}` })).status;
}

function chat({ api }: Home, token: string) {
  return postJson(`${api}/v1/chat`, { text: "hello" }, { authorization: `Bearer ${token}` });
}

async function direct(platform: Home, user: string, key: string): Promise<number> {
  const url = `http://127.0.0.1:${agentPort(platform, user)}/chat`;
  return (await postJson(url, { text: "hello" }, { authorization: `Bearer ${key}` })).status;
}

/** What the agent's own process was started with. */
async function keyOf({ context }: Home, user: string): Promise<string> {
  const pid = (await processesOf(context))[`agent/${user}`];
  const environment = await readFile(`/proc/${pid}/environ`, "utf8");
  return /(?:^|\0)API_SERVER_KEY=([^\0]*)/.exec(environment)?.[1] ?? "";
}
