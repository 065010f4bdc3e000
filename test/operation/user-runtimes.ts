import { createServer } from "node:net";
import { onTestFinished } from "vitest";
import { stopProcesses } from "#host";
import { createRuntime, giveGrants, type Context } from "#operation";
import { standIn, type StandIn } from "../provider/stand-in.ts";
import { runFolder } from "./live-platform.ts";
import { makeProject, openProject, put } from "./make-context.ts";

/** Tells what it was given; a key that says so makes it sick. */
const agent = `const { createServer } = require("node:http");
const { AGENT_USER, API_SERVER_KEY, OPENAI_API_KEY = "", PORT, KEYTURN_RELEASE } = process.env;
const sick = OPENAI_API_KEY.includes("breaks" + "-") && (AGENT_USER === "bob" || OPENAI_API_KEY.includes("everyone"));
createServer((request, response) => {
  response.statusCode = sick ? 500 : 200;
  response.end(JSON.stringify({ user: AGENT_USER, key: API_SERVER_KEY, llm: OPENAI_API_KEY, release: KEYTURN_RELEASE }));
}).listen(Number(PORT), "127.0.0.1");
`;

const contract = `# @derive=user
AGENT_USER=
# @derive=hkdf(JWT_SECRET, purpose=api-server, prefix=sk_user_)
API_SERVER_KEY=
# @optional @sensitive @provider=openai
OPENAI_API_KEY=
# @optional @public
OPENAI_BASE_URL=
`;

export interface UserPlatform {
  readonly context: Context;
  readonly folder: string;
  /** as another call of the command */
  readonly again: () => Context;
  /** what stands for every provider: what it answers is up to the test */
  readonly world: StandIn;
  readonly provider: { status: number; body: unknown };
  readonly port: number;
}

const known = { status: 200, body: { data: [] } };
export const unknownKey = { status: 401, body: { error: { code: "invalid_api_key" } } };

export interface OwnAgent {
  /** instead of the usual program */
  readonly agent?: string;
  /** of its service in the manifest, beside the usual ones */
  readonly lines?: readonly string[];
}

/** A service that runs once for each user, as local processes. */
export async function userPlatform(users: readonly string[] = [], own: OwnAgent = {}): Promise<UserPlatform> {
  const port = await freeRow(users.length + 3);
  const { context: home, folder } = await makeProject({
    "keyturn.yaml": `platform: home
services:
  api:
    contract: api/.env.example
    runtime: process
    command: [node, main.cjs]
    directory: api
  agent:
    contract: agent/.env.example
    runtime: process
    command: [node, main.cjs]
    directory: agent
    per-user: true
    port: ${port}
    max-unavailable: 2
    surfaces: [voice, chat]
    health: [{ http: "http://127.0.0.1:%p/health", release: release, timeout: 300ms, deadline: ${own.agent === undefined ? "2500ms" : "20s"} }]
${(own.lines ?? []).map((line) => `    ${line}\n`).join("")}environments:
  local:
    hosts: { here: local }
`,
    "api/main.cjs": "setInterval(() => {}, 1000);\n",
    "api/.env.example": "# @required @sensitive\nJWT_SECRET=\n# @optional @sensitive\nPROVISIONER_INTERNAL_TOKEN=\n",
    "agent/main.cjs": own.agent ?? agent,
    "agent/.env.example": contract,
  });
  onTestFinished(async () => void (await stopProcesses(runFolder(home), { limit: 500 })));
  await giveGrants(home, [{ service: "api", name: "JWT_SECRET", kind: "hold" }]);
  await put(home, "JWT_SECRET", "a root secret that is long enough");
  const provider = { ...known };
  const world = await standIn((_, response) => {
    response.statusCode = provider.status;
    response.end(JSON.stringify(provider.body));
  });
  const context = { ...home, egress: async () => world.egress };
  for (const user of users) await createRuntime(context, { user });
  const again = () => ({ ...openProject(folder).context, egress: async () => world.egress });
  return { context, folder, again, world, provider, port };
}

/** What a user's runtime says it has. */
export async function told(port: number, seat = 0): Promise<Readonly<Record<string, string>>> {
  const answer = await fetch(`http://127.0.0.1:${port + seat}/`, { signal: AbortSignal.timeout(1000) });
  return (await answer.json()) as Record<string, string>;
}

async function freeRow(length: number): Promise<number> {
  for (;;) {
    const first = 20_000 + Math.floor(Math.random() * 20_000);
    const all = await Promise.all(Array.from({ length }, (_, index) => isFree(first + index)));
    if (all.every(Boolean)) return first;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
