import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, vi } from "vitest";
import { stopProcesses } from "#host";
import { Sensitive } from "#kernel";
import { giveGrants, setValue, type Context } from "#operation";
import { applied, freePort, runFolder } from "../operation/live-platform.ts";
import { makeProject, openProject } from "../operation/make-context.ts";
import { openRedis, type RedisForTest } from "./redis-server.ts";

/** Asks Redis over and over, over one connection, and writes each answer that is an error into a file. */
const caller = `const { createServer } = require("node:http");
const { appendFileSync } = require("node:fs");
const { connect } = require("node:net");
const uri = new URL(process.env.REDIS_URL);
let answered = 0;
const failed = (text) => appendFileSync("failed.log", text.trim() + "\\n");
const socket = connect(uri.port, uri.hostname);
const say = (...words) => socket.write("*" + words.length + "\\r\\n" + words.map((word) => "$" + word.length + "\\r\\n" + word + "\\r\\n").join(""));
socket.on("data", (chunk) => {
  if (chunk.toString().startsWith("-")) return failed(chunk.toString());
  answered += 1;
  setTimeout(() => say("INCR", "calls"), 2);
});
socket.on("error", (error) => failed(error.code));
say("AUTH", uri.username, uri.password);
createServer((_, response) => {
  response.statusCode = answered > 2 ? 200 : 503;
  response.end();
}).listen(Number(process.env.PORT), "127.0.0.1");
`;

export interface Presenting {
  readonly context: Context;
  readonly folder: string;
  readonly redis: RedisForTest;
  readonly port: number;
  /** as another call of the command */
  readonly again: () => Context;
  /** what the service could not do, from the first start on */
  readonly failures: () => readonly string[];
}

export interface PresentingOptions {
  /** of the contract's REDIS_URL */
  readonly type?: string;
  /** whether the store has the administrator's URI */
  readonly admin?: boolean;
}

/** A service that presents REDIS_URL to a real Redis all the time, applied. */
export async function presentingPlatform({ type = "", admin = true }: PresentingOptions = {}): Promise<Presenting> {
  const redis = await openRedis();
  const port = await freePort();
  const { context, folder } = await makeProject({
    "keyturn.yaml": `platform: shop
services:
  worker:
    contract: worker/.env.example
    runtime: process
    command: [node, main.cjs]
    directory: worker
    hosts: [here]
    values: { PORT: "${port}" }
    health: [{ http: "http://127.0.0.1:${port}/", timeout: 300ms, deadline: 5s }]
secrets:
  REDIS_URL: { issuer: { redis: { user: app, admin: REDIS_ADMIN_URL } } }
environments:
  local:
    hosts: { here: local }
`,
    "worker/main.cjs": caller,
    "worker/.env.example": `# @required @sensitive ${type}
REDIS_URL=change-me
# @optional @public @type=port
PORT=1
`,
  });
  onTestFinished(async () => void (await stopProcesses(runFolder(context), { limit: 500 })));
  await giveGrants(context, [{ service: "worker", name: "REDIS_URL", kind: "hold" }]);
  await give(context, "REDIS_URL", redis.appUri);
  if (admin) await give(context, "REDIS_ADMIN_URL", redis.adminUri);
  await applied(context);
  const failures = (): readonly string[] => {
    try {
      return readFileSync(join(folder, "worker/failed.log"), "utf8").trim().split("\n");
    } catch {
      return [];
    }
  };
  return { context, folder, redis, port, failures, again: () => openProject(folder).context };
}

export async function give(context: Context, name: string, value: string): Promise<void> {
  const read = async () => ({ value: Sensitive.of(value), origin: "test" });
  await setValue(context, { name, scope: {}, undeclared: false, read });
}

/** It runs, and Redis takes what it presents. */
export async function expectHealthy({ port }: Presenting): Promise<void> {
  await vi.waitFor(async () => expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200), 5000);
}
