import { onTestFinished } from "vitest";
import { stopProcesses } from "#host";
import { Sensitive } from "#kernel";
import {
  giveGrants,
  rotateSecret,
  type Context,
  type ProgressEvent,
  type RotateRequest,
  type RotateResult,
} from "#operation";
import { applied, freePort, runFolder } from "./live-platform.ts";
import { openProject, put, writeProject, type Files } from "./make-context.ts";

/** Takes every value that it is given, counts which one it was shown, and tells nothing of them. */
const verifier = `const { createServer } = require("node:http");
const { env } = process;
const counts = { current: { count: 0 }, previous: { count: 0 }, next: { count: 0 }, refused: { count: 0 } };
const since = new Date().toISOString();
const slots = { current: "TOKEN", previous: "TOKEN_PREVIOUS", next: "TOKEN_NEXT" };
createServer((request, response) => {
  if (request.url === "/health") return response.end("ok");
  if (request.url === "/report") return response.end(JSON.stringify({ secrets: { TOKEN: counts }, since }));
  const shown = (request.headers.authorization ?? "").replace("Bearer ", "");
  const slot = Object.keys(slots).find((name) => env[slots[name]] && env[slots[name]] === shown && env.FORGETFUL !== name);
  counts[slot ?? "refused"].count += 1;
  counts[slot ?? "refused"].from = request.headers["x-from"] ?? request.socket.remoteAddress;
  response.statusCode = slot === undefined ? 401 : 200;
  response.end();
}).listen(Number(env.PORT), "127.0.0.1");
`;

/** Presents its value over and over, and counts what became of it; what was lost by a restart of the other is tried again. */
const presenter = `const { createServer, request } = require("node:http");
const { env } = process;
const calls = { attached: 0, retried: 0, refused: 0, broken: 0, slowestMs: 0, since: new Date().toISOString() };
function call() {
  const begin = Date.now();
  const again = () => (setTimeout(call, 5), undefined);
  const sent = request({ port: env.API_PORT, path: "/call", headers: { authorization: "Bearer " + env.TOKEN, "x-from": "127.0.0.2" } }, (answer) => {
    answer.resume();
    if (answer.statusCode === 200) calls.attached += 1;
    else calls.refused += 1;
    calls.slowestMs = Math.max(calls.slowestMs, Date.now() - begin);
    again();
  });
  sent.on("error", () => { calls.retried += 1; again(); });
  sent.end();
}
createServer((_, response) => response.end(JSON.stringify(calls))).listen(Number(env.PORT), "127.0.0.1");
call();
`;

export interface Rotating {
  readonly context: Context;
  readonly folder: string;
  readonly apiPort: number;
  readonly callerPort: number;
  /** as another call of the command */
  readonly again: () => Context;
}

export interface RotatingOptions {
  /** `@accepts` of the api's TOKEN */
  readonly accepts?: readonly string[];
  /** lines of the api's `verifies` */
  readonly verifies?: string;
  readonly forgetful?: string;
  /** how far ahead the services' clocks are, milliseconds */
  readonly ahead?: number;
  /** how long the api takes what it signed with the value before */
  readonly overlap?: string;
  /** when TOKEN is to be rotated, as keyturn.yaml has it */
  readonly rotate?: string;
  /** more lines of the environment */
  readonly local?: string;
  /** address of a database; a file otherwise */
  readonly store?: string;
}

/** An api that verifies TOKEN and a caller that presents it all the time, both applied. */
export async function rotatingPlatform(options: RotatingOptions = {}): Promise<Rotating> {
  const [apiPort, callerPort] = [await freePort(), await freePort()];
  const folder = await writeProject(rotatingFiles(apiPort, callerPort, options));
  const { context } = openProject(folder);
  await context.makeStore(options.store);
  onTestFinished(async () => void (await stopProcesses(runFolder(context), { limit: 500 })));
  await giveGrants(
    context,
    ["api", "caller"].map((service) => ({ service, name: "TOKEN", kind: "hold" as const })),
  );
  await put(context, "TOKEN", "the-value-that-was-first");
  await applied(context);
  return { context, folder, apiPort, callerPort, again: () => openProject(folder).context };
}

/** The manifest and the two services. */
export function rotatingFiles(apiPort: number, callerPort: number, options: RotatingOptions): Files {
  const { accepts = ["TOKEN_PREVIOUS"], forgetful = "nothing", overlap, ahead = 0 } = options;
  const signs = overlap === undefined ? "" : `# @signs="tokens of callers" @overlap=${overlap}\n`;
  const url = `http://127.0.0.1:${apiPort}`;
  const probed = `{ TOKEN: { probe: { http: "${url}/call", deadline: 3s }, report: "${url}/report", quiet: 300ms } }`;
  return {
    "keyturn.yaml": `platform: shop
services:
  api:
    contract: api/.env.example
    runtime: process
    command: [node, --import, ../clock.mjs, main.cjs]
    directory: api
    hosts: [here]
    verifies: ${options.verifies ?? probed}
    values: { PORT: "${apiPort}", FORGETFUL: "${forgetful}" }
    health: [{ http: "${url}/health", timeout: 300ms, deadline: 3s }]
  caller:
    contract: caller/.env.example
    runtime: process
    command: [node, --import, ../clock.mjs, main.cjs]
    directory: caller
    hosts: [here]
    after: [api]
    presents: { TOKEN: { report: "http://127.0.0.1:${callerPort}/" } }
    values: { PORT: "${callerPort}", API_PORT: "${apiPort}" }
    health: [{ http: "http://127.0.0.1:${callerPort}/", timeout: 300ms, deadline: 3s }]
environments:
  local:
    hosts: { here: local }
${options.local ?? ""}${options.rotate === undefined ? "" : `secrets: { TOKEN: { rotate: ${options.rotate} } }\n`}`,
    "clock.mjs": clockAhead(ahead),
    "api/main.cjs": verifier,
    "caller/main.cjs": presenter,
    "api/.env.example": `# @required @sensitive @generate=random(24)
${accepts.length === 0 ? "" : `# @accepts=${accepts.join(",")}\n`}${signs}TOKEN=change-me
# @optional @public @type=port
PORT=1
# @optional @public
FORGETFUL=nothing
`,
    "caller/.env.example": `# @required @sensitive
TOKEN=change-me
# @optional @public @type=port
PORT=1
# @optional @public @type=port
API_PORT=1
`,
  };
}

function clockAhead(ms: number): string {
  return `const { Date: Real } = globalThis;
globalThis.Date = class extends Real {
  constructor(...given) { if (given.length === 0) super(Real.now() + ${ms}); else super(...given); }
  static now() { return Real.now() + ${ms}; }
};
`;
}

export interface Rotated {
  readonly result: RotateResult;
  readonly events: readonly ProgressEvent[];
}

export async function rotate(context: Context, more: Partial<RotateRequest> = {}): Promise<Rotated> {
  const events: ProgressEvent[] = [];
  const result = await rotateSecret(context, {
    name: "TOKEN",
    scope: {},
    compromised: false,
    patience: 5000,
    confirm: async () => true,
    onEvent: (event) => void events.push(event),
    ...more,
  });
  return { result, events };
}

/** What the api says to a value. */
export async function statusFor({ apiPort }: Rotating, value: string): Promise<number> {
  const headers = { authorization: `Bearer ${value}` };
  return (await fetch(`http://127.0.0.1:${apiPort}/call`, { headers })).status;
}

export const firstValue = "the-value-that-was-first";

export function given(value: string): NonNullable<RotateRequest["value"]> {
  return { value: Sensitive.of(value), origin: "test" };
}

interface Calls {
  readonly attached: number;
  readonly refused: number;
  /** when its counting began, by its own clock */
  readonly since: string;
}

export async function callsOf({ callerPort }: Rotating): Promise<Calls> {
  return (await (await fetch(`http://127.0.0.1:${callerPort}/`)).json()) as Calls;
}
