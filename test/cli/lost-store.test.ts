import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Client } from "pg";
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from "vitest";
import { runningProcesses, stopProcesses } from "#host";
import { applyPlatform, resumeRollout, type ProgressEvent } from "#operation";
import { openProject, writeProject } from "../operation/make-context.ts";
import { openPostgres, type OwnPostgres } from "../postgres-server.ts";
import { keyturnAt, type Keyturn } from "./keyturn.ts";

/** One after the other, and each says what it was started with. */
const services = ["first", "second", "third"];

const files = {
  "keyturn.yaml": `platform: shop
services:
${services
  .map(
    (name, at) => `  ${name}:
    contract: .env.example
    runtime: process
    command: [node, main.cjs]
    directory: .
    hosts: [here]
    after: [${services.slice(Math.max(0, at - 1), at).join("")}]
`,
  )
  .join("")}environments:
  local:
    hosts: { here: local }
`,
  ".env.example": "# @required @sensitive\nTOKEN=\n",
  "main.cjs": "setInterval(() => {}, 1000);\n",
};

let postgres: OwnPostgres;
beforeAll(async () => void (postgres = await openPostgres()));
afterAll(() => postgres.end());

interface Platform {
  readonly folder: string;
  readonly keyturn: Keyturn;
}

/** Everything runs with `token-one`, and the store wants `token-two`. */
async function changedPlatform(database: string): Promise<Platform> {
  const administrator = new Client({ host: postgres.socket, port: postgres.port, user: "postgres" });
  await administrator.connect();
  await administrator.query(`create database ${database} owner keyturn`).finally(() => administrator.end());
  const folder = await writeProject(files);
  onTestFinished(async () => void (await stopProcesses(runFolder(folder), { limit: 500 })));
  await mkdir(join(folder, ".keyturn"));
  await writeFile(join(folder, ".keyturn/store.password"), `${postgres.password}\n`, { mode: 0o600 });
  const keyturn = keyturnAt(folder);
  await done(keyturn(`init --store postgres://keyturn@127.0.0.1:${postgres.port}/${database} --yes`));
  await done(keyturn("grant --missing --yes"));
  await done(keyturn("set TOKEN", { input: "token-one" }));
  await done(keyturn("apply --yes"));
  await done(keyturn("set TOKEN", { input: "token-two" }));
  return { folder, keyturn };
}

async function done(outcome: ReturnType<Keyturn>): Promise<string> {
  const { code, out, err } = await outcome;
  expect({ code, err: code === 0 ? "" : err }).toEqual({ code: 0, err: "" });
  return out;
}

function runFolder(folder: string): string {
  return join(folder, ".keyturn/run/local");
}

/** Process and value of each service. */
async function running(folder: string): Promise<Readonly<Record<string, { pid: number; token: string }>>> {
  const found = await runningProcesses(runFolder(folder));
  const told = found.map(async ({ service, pid }) => {
    const environment = await readFile(`/proc/${pid}/environ`, "utf8");
    return [service, { pid, token: /TOKEN=([\w-]+)/.exec(environment)?.[1] ?? "" }] as const;
  });
  return Object.fromEntries(await Promise.all(told));
}

async function tokens(folder: string): Promise<readonly string[]> {
  const found = await running(folder);
  return services.map((name) => found[name]?.token ?? "");
}

test("a command that lost its store takes all back, and the next one goes on with the rollout", async () => {
  const { folder, keyturn } = await changedPlatform("command");
  const child = spawn(process.execPath, [inject("command"), "apply", "--yes", "--json"], {
    cwd: folder,
    env: {},
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = once(child, "close");
  for await (const line of createInterface(child.stderr)) {
    if (line.includes('"kind":"step"') && line.includes("second@here") && line.includes('"swap"'))
      await postgres.kill();
  }
  const [code] = await ended;
  expect(code).toBe(75);
  expect(await tokens(folder)).toEqual(["token-one", "token-one", "token-one"]);
  await postgres.restart();
  expect(await done(keyturn("apply --resume --yes"))).toContain("verified");
  expect(await tokens(folder)).toEqual(["token-two", "token-two", "token-two"]);
  expect(await done(keyturn("plan"))).toContain("nothing to do");
  await done(keyturn("audit verify"));
}, 120_000);

test("a process that lives on, as a server does, goes on when its store is back, and touches nothing twice", async () => {
  const { folder } = await changedPlatform("server");
  const { context } = openProject(folder);
  const onEvent = (event: ProgressEvent): void => {
    if (event.kind === "step" && event.target === "third@here" && event.step === "swap") void postgres.kill();
  };
  const request = { part: [], confirm: async () => true };
  await expect(applyPlatform(context, { ...request, onEvent })).rejects.toMatchObject({ code: "STORE_UNREACHABLE" });
  await postgres.restart();
  const before = await running(folder);
  const outcome = await resumed();
  expect(outcome).toMatchObject({ kind: "rolled-out", release: 2, outcome: { kind: "done" } });
  expect(await tokens(folder)).toEqual(["token-two", "token-two", "token-two"]);
  const after = await running(folder);
  const again = await applyPlatform(context, { ...request, onEvent: () => undefined });
  expect(again.kind).toBe("nothing");
  expect(await running(folder)).toEqual(after);
  for (const name of services) {
    const kept = before[name]?.token === "token-two";
    expect([name, after[name]?.pid === before[name]?.pid]).toEqual([name, kept]);
  }

  async function resumed() {
    for (;;) {
      try {
        return await resumeRollout(context, { ...request, onEvent: () => undefined });
      } catch (error) {
        // the lease is given back as soon as there is somebody to give it to
        if ((error as { code?: string }).code !== "LEASE_HELD") throw error;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
  }
}, 90_000);
