import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { jwtVerify } from "jose";
import { expect, onTestFinished, test } from "vitest";
import { stopProcesses } from "#host";
import {
  checkPlatform,
  giveGrants,
  listValues,
  planPlatform,
  planRotation,
  platformStatus,
  remind,
  retireValue,
  type Context,
} from "#operation";
import { keyturnAt } from "../cli/keyturn.ts";
import { applied, freePort, runFolder } from "./live-platform.ts";
import { byClock, movedClock } from "./later.ts";
import { makeProject, openProject, put } from "./make-context.ts";
import { given, rotate } from "./rotating-platform.ts";
import { told, userPlatform } from "./user-runtimes.ts";

const [first, next] = ["the-root-before-of-thirty-two-letters", "the-root-behind-of-thirty-two-letters"];

/** Tells everything that it was given. */
const teller = `const { createServer } = require("node:http");
createServer((_, response) => response.end(JSON.stringify(process.env))).listen(Number(process.env.PORT), "127.0.0.1");
`;

const day = 24 * 3_600_000;

const tokens = `# @required @public @derive=jwt(JWT_SECRET, role=anon, iss=supabase)
ANON_KEY=
# @required @sensitive @derive=jwt(JWT_SECRET, role=service_role, iss=supabase)
SERVICE_ROLE_KEY=
# @optional @public @type=port
PORT=1
`;

/** Whoever has the secret verifies tokens; the app has two that are signed with it. */
async function signing(accepts: string) {
  const [auth, app] = [await freePort(), await freePort()];
  const service = (name: string, port: number) => `  ${name}:
    contract: ${name}/.env.example
    runtime: process
    command: [node, ../main.cjs]
    directory: ${name}
    hosts: [here]
    values: { PORT: "${port}" }
    health: [{ http: "http://127.0.0.1:${port}/", timeout: 300ms, deadline: 10s }]
`;
  const { context, folder } = await makeProject({
    "keyturn.yaml": `platform: base\nservices:\n${service("auth", auth)}${service("app", app)}environments:\n  local:\n    hosts: { here: local }\n`,
    "main.cjs": teller,
    "auth/.env.example": `# @required @sensitive${accepts}\nJWT_SECRET=change-me\n# @optional @public @type=port\nPORT=1\n`,
    "app/.env.example": tokens,
  });
  onTestFinished(async () => void (await stopProcesses(runFolder(context), { limit: 500 })));
  await put(context, "JWT_SECRET", first);
  const told = async (port: number): Promise<Readonly<Record<string, string | undefined>>> => {
    return (await (await fetch(`http://127.0.0.1:${port}/`)).json()) as Record<string, string>;
  };
  const again = () => openProject(folder).context;
  return { context, folder, again, told: { auth: () => told(auth), app: () => told(app) } };
}

function grant(context: Context, pairs: readonly (readonly [string, string])[]) {
  return giveGrants(
    context,
    pairs.map(([service, name]) => ({ service, name, kind: "hold" as const })),
  );
}

const all = [
  ["auth", "JWT_SECRET"],
  ["app", "ANON_KEY"],
  ["app", "SERVICE_ROLE_KEY"],
] as const;

async function rolesBy(
  root: string,
  { ANON_KEY = "", SERVICE_ROLE_KEY = "" }: Readonly<Record<string, string | undefined>>,
) {
  const read = await Promise.all([ANON_KEY, SERVICE_ROLE_KEY].map((token) => jwtVerify(token, Buffer.from(root))));
  return read.map(({ payload }) => payload["role"]);
}

test("a token of a root takes a grant of its own, and is explained", async () => {
  const { context, folder } = await signing("");
  await grant(context, all.slice(0, 2));
  const { findings } = await planPlatform(context, []);
  expect(findings.map(({ message }) => message)).toContain("app asks for SERVICE_ROLE_KEY and has no grant for it");
  const { out } = await keyturnAt(folder)("explain ANON_KEY");
  expect(out).toBe(
    "app on here\n  is signed with JWT_SECRET, and changes with it\n  grants: hold\n  declared required, public, at app/.env.example:2:1\n",
  );
});

test.each([
  { accepts: "", steps: [["swap", ["auth", "app"]]] },
  {
    accepts: " @accepts=JWT_SECRET_PREVIOUS",
    steps: [
      ["accept", ["auth"]],
      ["switch", ["app"]],
      ["forget", ["auth"]],
    ],
  },
])("both tokens of a service are signed anew in one step, with $steps.length in all", async ({ accepts, steps }) => {
  const { context, again, told } = await signing(accepts);
  await grant(context, all);
  await applied(context);
  expect(await rolesBy(first, await told.app())).toEqual(["anon", "service_role"]);
  const plan = await planRotation(context, { name: "JWT_SECRET", scope: {}, compromised: false });
  expect(plan.steps.map(({ phase, services }) => [phase, services])).toEqual(steps);
  expect(plan.warnings.map(({ message }) => message)).toContain(
    "ANON_KEY, SERVICE_ROLE_KEY of app are signed with JWT_SECRET, and signed anew in the same step",
  );
  const before = await told.app();
  const { result } = await rotate(again(), { name: "JWT_SECRET", value: given(next) });
  if (result.kind !== "rotated") throw new Error(`it is ${result.kind}`);
  // what was signed with it ends with it, also where it is kept as the way back
  expect(result.forgotten.map(({ target, kind }) => [target, kind])).toContainEqual(["app@here", "destroyed"]);
  for (const value of [first, before["ANON_KEY"], before["SERVICE_ROLE_KEY"]]) {
    expect(await filesWith(runFolder(context), value ?? "")).toEqual([]);
  }
  expect(await told.auth()).toMatchObject({ JWT_SECRET: next });
  expect((await told.auth())["JWT_SECRET_PREVIOUS"]).toBeUndefined();
  expect(await rolesBy(next, await told.app())).toEqual(["anon", "service_role"]);
  expect((await planPlatform(again(), [])).plan.changes).toEqual([]);
});

test("tokens that are over soon, or are over, are told everywhere until they are signed anew", async () => {
  const { context, again } = await signing(" @accepts=JWT_SECRET_PREVIOUS");
  await grant(context, all);
  await applied(context);
  const clock = movedClock(0);
  const later = (): Promise<Context> => byClock(again(), clock);
  const told = async () => {
    const here = await later();
    const findings = [
      ...(await planPlatform(here, [])).findings,
      ...(await platformStatus(here, [])).findings,
      ...(await checkPlatform([here], { needsValues: true })).findings,
    ];
    const listed = (await listValues(here)).find(({ name }) => name === "JWT_SECRET")?.tokens;
    const tokens = findings.filter(({ code }) => code.startsWith("token"));
    return { state: listed?.state, names: listed?.names, codes: tokens.map(({ code }) => code) };
  };
  const names = ["ANON_KEY", "SERVICE_ROLE_KEY"];
  expect(await told()).toEqual({ state: "fresh", names, codes: [] });
  expect(await remind(await later())).toEqual([]);
  clock.ahead = 1800 * day;
  expect(await told()).toEqual({ state: "soon", names, codes: Array.from({ length: 6 }, () => "token-ends") });
  expect(await remind(await later())).toMatchObject([
    {
      name: "JWT_SECRET",
      version: 1,
      state: "tokens-end",
      detail: expect.stringMatching(/^ANON_KEY, SERVICE_ROLE_KEY are over on 20/),
    },
  ]);
  expect(await remind(await later())).toEqual([]);
  clock.ahead = 1830 * day;
  expect(await told()).toEqual({ state: "over", names, codes: Array.from({ length: 6 }, () => "token-over") });
  expect(await remind(await later())).toMatchObject([{ name: "JWT_SECRET", state: "tokens-over" }]);
  // what mends it is not refused for it
  expect((await rotate(await later(), { name: "JWT_SECRET", value: given(next) })).result.kind).toBe("rotated");
  expect(await told()).toEqual({ state: "fresh", names, codes: [] });
  expect(await remind(await later())).toEqual([]);
});

test("what a runtime was given of a root is destroyed with it, and no return brings it back", async () => {
  const { context, again, port } = await userPlatform(["ann", "bob"]);
  await applied(context);
  const before = await told(port);
  const { result } = await rotate(again(), { name: "JWT_SECRET", value: given(next) });
  if (result.kind !== "rotated") throw new Error(`it is ${result.kind}`);
  const forgotten = result.forgotten.map(({ target, kind }) => `${target} ${kind}`).toSorted();
  expect(forgotten).toEqual(["agent/ann@here destroyed", "agent/bob@here destroyed", "api@here destroyed"]);
  expect(await filesWith(runFolder(context), before["key"] ?? "")).toEqual([]);
  expect((await told(port))["key"]).not.toBe(before["key"]);
  expect((await planPlatform(again(), [])).plan.changes).toEqual([]);
});

test("a root is not retired while what follows from it runs", async () => {
  const { again } = await userPlatform(["ann"]);
  await put(again(), "JWT_SECRET", next);
  const retire = { name: "JWT_SECRET", scope: {}, compromised: false, confirm: async () => true };
  await expect(retireValue(again(), retire)).rejects.toMatchObject({
    code: "VALUE_IN_USE",
    findings: [{ message: expect.stringMatching(/^agent\/ann@here runs with r\d+, which holds it$/) as string }],
  });
  await applied(again());
  expect(await retireValue(again(), retire)).toMatchObject({
    kind: "retired",
    retirement: { kept: ["agent/ann@here"] },
  });
});

/** Files below a folder that have these bytes. */
async function filesWith(folder: string, text: string): Promise<readonly string[]> {
  expect(text).not.toBe("");
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const found = await Promise.all(files.map(async (file) => ((await readFile(file)).includes(text) ? [file] : [])));
  return found.flat();
}
