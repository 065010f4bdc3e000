import { createServer } from "node:net";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { runningProcesses, stopProcesses } from "#host";
import {
  applyPlatform,
  giveGrants,
  type ApplyRequest,
  type ApplyResult,
  type Context,
  type ProgressEvent,
} from "#operation";
import { makeProject, openProject, put, type Files } from "./make-context.ts";

/** What the api does is one of its variables, so that a release can be a bad one. */
const api = `const { createServer } = require("node:http");
const mode = process.env.MODE;
if (mode === "die") setTimeout(() => process.exit(3), 150);
else createServer((request, response) => {
  if (mode === "hang") return;
  response.statusCode = mode === "sick" ? 500 : 200;
  response.end(process.env.API_KEY);
}).listen(Number(process.env.PORT), "127.0.0.1");
`;

export interface Live {
  readonly context: Context;
  readonly folder: string;
  readonly port: number;
  /** as another call of the command, after files were changed */
  readonly again: () => Context;
}

export interface LiveOptions {
  /** lines at the end of the manifest, inside the environment `local` */
  readonly local?: string;
  readonly files?: Files;
}

/** An api with a health check and a fleet of two instances, with values and grants, not applied yet. */
export async function livePlatform(options: LiveOptions = {}): Promise<Live> {
  const port = await freePort();
  const { context, folder } = await makeProject({ ...filesFor(port, options.local ?? ""), ...options.files });
  onTestFinished(async () => void (await stopProcesses(runFolder(context), { limit: 500 })));
  await giveGrants(
    context,
    [
      ["api", "TOKEN"],
      ["api", "API_KEY"],
      ["api", "MODE"],
      ["fleet", "TOKEN"],
    ].map(([service = "", name = ""]) => ({ service, name, kind: "hold" as const })),
  );
  await put(context, "TOKEN", "token-one");
  await put(context, "API_KEY", "api-key-one");
  return { context, folder, port, again: () => openProject(folder).context };
}

function filesFor(port: number, local: string): Files {
  return {
    "keyturn.yaml": `platform: shop
services:
  api:
    contract: api/.env.example
    runtime: process
    command: [node, main.cjs]
    directory: api
    hosts: [here]
    verifies: [TOKEN]
    values: { PORT: "${port}" }
    health: [{ http: "http://127.0.0.1:${port}/health", timeout: 300ms, deadline: 1500ms }]
  fleet:
    contract: fleet/.env.example
    runtime: process
    command: [node, main.cjs]
    directory: fleet
    hosts: [here]
    after: [api]
    instances: [a, b]
    presents: [TOKEN]
environments:
  local:
    hosts: { here: local }
${local}`,
    "api/main.cjs": api,
    "fleet/main.cjs": "setInterval(() => {}, 1000);\n",
    "api/.env.example": `# @required @sensitive
TOKEN=change-me
# @required @sensitive
API_KEY=change-me
# @optional @public @type=port
PORT=1
# @optional @public
MODE=ok
`,
    "fleet/.env.example": `# @required @sensitive
TOKEN=change-me
`,
  };
}

export function runFolder(context: Context): string {
  return join(context.home, "run", context.environment);
}

/** Process number by instance: what changes was restarted. */
export async function processesOf(context: Context): Promise<Readonly<Record<string, number>>> {
  const running = await runningProcesses(runFolder(context));
  return Object.fromEntries(
    running.map(({ service, instance, pid }) => [instance === "" ? service : `${service} ${instance}`, pid]),
  );
}

export function apply(context: Context, more: Partial<ApplyRequest> = {}): Promise<ApplyResult> {
  return applyPlatform(context, { part: [], confirm: async () => true, onEvent: () => undefined, ...more });
}

/** Applies, and fails the test unless that went well. */
export async function applied(context: Context, more: Partial<ApplyRequest> = {}): Promise<ApplyResult> {
  const events: ProgressEvent[] = [];
  const result = await apply(context, { onEvent: (event) => void events.push(event), ...more });
  if (result.kind !== "nothing" && (result.kind !== "rolled-out" || result.outcome.kind !== "done")) {
    throw new Error(`the apply was to go well: ${JSON.stringify(events.slice(-5))}`);
  }
  return result;
}

export async function answerOf(port: number): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/health`, { signal: AbortSignal.timeout(1000) });
  return `${answer.status} ${await answer.text()}`;
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
