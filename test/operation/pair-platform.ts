import { onTestFinished } from "vitest";
import { stopProcesses } from "#host";
import { Sensitive } from "#kernel";
import { giveGrants, rotateSecret, type Context, type ProgressEvent, type RotateRequest } from "#operation";
import { liveKitToken } from "#provider";
import { applied, freePort, runFolder } from "./live-platform.ts";
import { openProject, put, writeProject, type Files } from "./make-context.ts";
import type { Rotated } from "./rotating-platform.ts";

/** As livekit-server: takes a token that is signed with the secret of any key in its map, and tells nothing of them. */
const verifier = `const { createServer } = require("node:http");
const { createHmac } = require("node:crypto");
const { parse } = require(process.env.YAML_AT);
const { env } = process;
const keys = env.LIVEKIT_KEYS ? parse(env.LIVEKIT_KEYS) : { [env.LIVEKIT_API_KEY]: env.LIVEKIT_API_SECRET };
const counts = { calls: 0 };
createServer((request, response) => {
  if (request.url === "/health") return response.end("ok");
  if (request.url === "/keys") return response.end(JSON.stringify(Object.keys(keys).length));
  const token = (request.headers.authorization ?? "").replace("Bearer ", "");
  const [head, claims, signature] = token.split(".");
  let secret;
  try { secret = keys[JSON.parse(Buffer.from(claims, "base64url")).iss]; } catch { secret = undefined; }
  const good = typeof secret === "string" && createHmac("sha256", secret).update(head + "." + claims).digest("base64url") === signature;
  response.statusCode = good ? 200 : 401;
  response.end();
}).listen(Number(env.PORT), "127.0.0.1");
`;

/** Signs a token for each call with the pair that it was started with, and counts what became of it. */
const presenter = `const { createServer, request } = require("node:http");
const { createHmac } = require("node:crypto");
const { env } = process;
const calls = { attached: 0, retried: 0, refused: 0, broken: 0, slowestMs: 0, since: new Date().toISOString() };
const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const signed = part({ alg: "HS256", typ: "JWT" }) + "." + part({ iss: env.LIVEKIT_API_KEY, exp: 9999999999 });
const token = signed + "." + createHmac("sha256", env.LIVEKIT_API_SECRET).update(signed).digest("base64url");
function call() {
  const begin = Date.now();
  const again = () => (setTimeout(call, 5), undefined);
  const sent = request({ port: env.SERVER_PORT, path: "/call", headers: { authorization: "Bearer " + token } }, (answer) => {
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

export const firstKey = "APIfirstfirst1";
export const firstSecret = "the-secret-that-was-first-and-is-long-enough";

export interface PairPlatform {
  readonly context: Context;
  readonly folder: string;
  readonly serverPort: number;
  readonly again: () => Context;
}

export interface PairOptions {
  /** of LIVEKIT_API_SECRET in keyturn.yaml, beside `with` */
  readonly secret?: string;
  /** lines above both names in the contract of the dialler */
  readonly generate?: boolean;
  readonly store?: string;
  /** the server takes one pair, by its two names, in place of a map */
  readonly single?: boolean;
}

/** A server that takes a map of keys, and a dialler that calls it with one pair all the time, both applied. */
export async function pairPlatform(options: PairOptions = {}): Promise<PairPlatform> {
  const [serverPort, dialPort] = [await freePort(), await freePort()];
  const folder = await writeProject(filesFor(serverPort, dialPort, options));
  const { context } = openProject(folder);
  await context.makeStore(options.store);
  onTestFinished(async () => void (await stopProcesses(runFolder(context), { limit: 500 })));
  await giveGrants(context, [
    ...grantsOf("livekit", options.single === true ? bothNames : ["LIVEKIT_KEYS"]),
    ...grantsOf("dialler", bothNames),
  ]);
  await put(context, "LIVEKIT_API_KEY", firstKey);
  await put(context, "LIVEKIT_API_SECRET", firstSecret);
  await applied(context);
  return { context, folder, serverPort, again: () => openProject(folder).context };
}

const bothNames = ["LIVEKIT_API_KEY", "LIVEKIT_API_SECRET"];

function grantsOf(service: string, names: readonly string[]) {
  return names.map((name) => ({ service, name, kind: "hold" }) as const);
}

function filesFor(
  serverPort: number,
  dialPort: number,
  { secret = "issuer: { livekit: {} }", generate, single }: PairOptions,
): Files {
  const url = `http://127.0.0.1:${serverPort}`;
  const map = "# @required @sensitive @derive=key-map(LIVEKIT_API_KEY, LIVEKIT_API_SECRET)\nLIVEKIT_KEYS=";
  const both = bothNames.map((name) => `# @required @sensitive\n${name}=change-me`).join("\n");
  const rule = generate === true ? " @generate=random(32)" : "";
  return {
    "keyturn.yaml": `platform: calls
services:
  livekit:
    contract: livekit/.env.example
    runtime: process
    command: [node, main.cjs]
    directory: livekit
    hosts: [here]
    verifies: { LIVEKIT_API_SECRET: { probe: { http: "${url}/call", as: livekit, deadline: 3s } } }
    values: { PORT: "${serverPort}", YAML_AT: "${yamlAt()}" }
    health: [{ http: "${url}/health", timeout: 300ms, deadline: 3s }]
  dialler:
    contract: dialler/.env.example
    runtime: process
    command: [node, main.cjs]
    directory: dialler
    hosts: [here]
    after: [livekit]
    presents: { LIVEKIT_API_SECRET: { report: "http://127.0.0.1:${dialPort}/" } }
    values: { PORT: "${dialPort}", SERVER_PORT: "${serverPort}" }
    health: [{ http: "http://127.0.0.1:${dialPort}/", timeout: 300ms, deadline: 3s }]
secrets: { LIVEKIT_API_SECRET: { with: LIVEKIT_API_KEY${secret === "" ? "" : `, ${secret}`} } }
environments:
  local:
    hosts: { here: local }
`,
    "livekit/main.cjs": verifier,
    "dialler/main.cjs": presenter,
    "livekit/.env.example": `${single === true ? both : map}
# @optional @public @type=port
PORT=1
# @optional @public
YAML_AT=yaml
`,
    "dialler/.env.example": `# @required @sensitive${rule}
LIVEKIT_API_KEY=change-me
# @required @sensitive${rule}
LIVEKIT_API_SECRET=change-me
# @optional @public @type=port
PORT=1
# @optional @public @type=port
SERVER_PORT=1
`,
  };
}

function yamlAt(): string {
  return import.meta.resolve("yaml").replace("file://", "");
}

export async function rotatePair(context: Context, more: Partial<RotateRequest> = {}): Promise<Rotated> {
  const events: ProgressEvent[] = [];
  const result = await rotateSecret(context, {
    name: "LIVEKIT_API_SECRET",
    scope: {},
    compromised: false,
    patience: 5000,
    confirm: async () => true,
    onEvent: (event) => void events.push(event),
    ...more,
  });
  return { result, events };
}

/** What the server says to a token of this pair. */
export async function statusFor({ serverPort }: PairPlatform, key: string, secret: string): Promise<number> {
  const headers = { authorization: `Bearer ${liveKitToken({ key, secret, now: Date.now() })}` };
  return (await fetch(`http://127.0.0.1:${serverPort}/call`, { headers })).status;
}

/** How many pairs the server takes. */
export async function keysAt({ serverPort }: PairPlatform): Promise<number> {
  return (await (await fetch(`http://127.0.0.1:${serverPort}/keys`)).json()) as number;
}

export function givenPair(key: string, secret: string): NonNullable<RotateRequest["value"]> {
  return { value: Sensitive.of(secret), companion: Sensitive.of(key), origin: "test" };
}

/** What the store has by now. */
export async function presentPair({ again }: PairPlatform): Promise<{ readonly key: string; readonly secret: string }> {
  const store = await again().openStore();
  return store.transaction(async (tx) => {
    const { values } = await tx.environment("local");
    const present = await values.present();
    const textOf = async (wanted: string): Promise<string> => {
      const version = present.find(({ name }) => name === wanted);
      return version === undefined ? "" : (await values.open(version.id)).reveal().toString();
    };
    return { key: await textOf("LIVEKIT_API_KEY"), secret: await textOf("LIVEKIT_API_SECRET") };
  });
}
