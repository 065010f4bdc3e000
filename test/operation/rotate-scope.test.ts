import { expect, onTestFinished, test, vi } from "vitest";
import { dialects } from "#dialect";
import { openProcessHost, stopProcesses } from "#host";
import { AppError } from "#kernel";
import {
  continueRotation,
  giveGrants,
  listRotations,
  planPlatform,
  planRotation,
  returnRotation,
  rotationProgress,
  rotationUse,
  type Context,
} from "#operation";
import { applied, freePort, runFolder } from "./live-platform.ts";
import { openProject, put, writeProject } from "./make-context.ts";
import { firstValue, given, rotate, rotatingFiles } from "./rotating-platform.ts";

// processes are started and asked many times over
vi.setConfig({ testTimeout: 180_000 });

const ownValue = "of-the-other-machine-alone";
const nextValue = "the-value-that-came-next";
const on = { name: "TOKEN", patience: 3000, confirm: async () => true, onEvent: () => undefined };
const there = { host: "there" };

/** The ports of the other machine's loopback begin so much higher: both are this one. */
const apart = 1000;

/** The api and its caller on two machines; the value of one is its own. `away`: that machine can't be reached. */
async function twoMachines() {
  const [apiPort, callerPort] = [await freePort(), await freePort()];
  const files = rotatingFiles(apiPort, callerPort, {});
  const manifest = String(files["keyturn.yaml"])
    .replaceAll("hosts: [here]", "hosts: [here, there]")
    .replace("here: local }", "here: local, there: local }")
    .replaceAll(/^ +health:.*\n/gm, "");
  const folder = await writeProject({ ...files, "keyturn.yaml": manifest });
  const away = new Set<string>();
  const again = (): Context => withMachines(openProject(folder).context, away);
  const context = again();
  await context.makeStore();
  const grants = [
    ["api", "TOKEN"],
    ["caller", "TOKEN"],
    ["api", "PORT"],
    ["caller", "PORT"],
    ["caller", "API_PORT"],
  ];
  await giveGrants(
    context,
    grants.map(([service = "", name = ""]) => ({ service, name, kind: "hold" as const })),
  );
  await put(context, "TOKEN", firstValue);
  await put(context, "TOKEN", ownValue, there);
  await put(context, "PORT", String(apiPort + apart), { host: "there", service: "api" });
  await put(context, "PORT", String(callerPort + apart), { host: "there", service: "caller" });
  await put(context, "API_PORT", String(apiPort + apart), there);
  await applied(context);
  const statusFor = async (value: string, host: "here" | "there"): Promise<number> => {
    const port = apiPort + (host === "here" ? 0 : apart);
    const url = `http://127.0.0.1:${port}/call`;
    return (await fetch(url, { headers: { authorization: `Bearer ${value}` } })).status;
  };
  const refused = async (): Promise<readonly number[]> =>
    Promise.all(
      [callerPort, callerPort + apart].map(async (port) => {
        const told = (await (await fetch(`http://127.0.0.1:${port}/`)).json()) as { readonly refused: number };
        return told.refused;
      }),
    );
  return { context, folder, again, away, statusFor, refused };
}

function withMachines(context: Context, away: ReadonlySet<string>): Context {
  const folder = `${runFolder(context)}-there`;
  const connect: Context["connect"] = (entry) => context.connect(entry);
  const other = openProcessHost({
    name: "there",
    folder,
    node: process.execPath,
    readFile: (bytes) => dialects.systemd.read(bytes).entries,
    environment: process.env,
  });
  onTestFinished(async () => {
    for (const each of [runFolder(context), folder]) await stopProcesses(each, { limit: 500 });
  });
  const moved = { ...other, dial: (port: number, address?: string) => other.dial(port + apart, address) };
  const cut = new Proxy(other, {
    get: () => async () => {
      throw new AppError("HOST_UNREACHABLE", "it can't be reached");
    },
  });
  return {
    ...context,
    connect: (entry) => {
      if (away.has(entry.name)) return cut;
      return entry.name === "there" ? moved : connect(entry);
    },
  };
}

test("a machine's own value is rotated there alone, whether or not the others can be reached", async () => {
  const { again, away, statusFor, refused } = await twoMachines();
  const plan = await planRotation(again(), { name: "TOKEN", scope: there, compromised: false });
  expect(plan.steps.map(({ phase, targets }) => [phase, targets])).toEqual([
    ["accept", ["api@there"]],
    ["switch", ["caller@there"]],
    ["forget", ["api@there"]],
  ]);
  expect(plan.holders.map(({ instances }) => instances)).toEqual([1, 1]);
  away.add("here");
  const { result, events } = await rotate(again(), { scope: there, value: given(nextValue) });
  away.clear();
  expect(result).toMatchObject({ kind: "rotated", rotation: { scope: there }, calls: { refused: 0 } });
  const proved = events.flatMap((event) => (event.kind === "proof" ? [event.target] : []));
  expect([...new Set(proved)]).toEqual(["api@there"]);
  expect([await statusFor(ownValue, "there"), await statusFor(nextValue, "there")]).toEqual([401, 200]);
  expect([await statusFor(firstValue, "here"), await statusFor(nextValue, "here")]).toEqual([200, 401]);
  expect(await refused()).toEqual([0, 0]);
  expect((await planPlatform(again(), [])).plan.changes).toEqual([]);
  const [listed] = await listRotations(again());
  const progress = await rotationProgress(again(), listed?.id ?? "");
  expect(progress.instances.map(({ name }) => name)).toEqual(["api@there", "caller@there"]);
  expect((await rotationUse(again(), listed?.id ?? "")).verifiers.map(({ instance }) => instance)).toEqual([
    "api@there",
  ]);
});

test("the value of all others is rotated without the machine that has its own", async () => {
  const { again, away, statusFor } = await twoMachines();
  away.add("there");
  const { result } = await rotate(again(), { value: given(nextValue) });
  // what the machine may keep is known by the store: it never had this value
  const forgotten = [{ target: "api@here" }, { target: "caller@here" }];
  expect(result).toMatchObject({ kind: "rotated", rotation: { scope: {} }, forgotten });
  away.clear();
  expect([await statusFor(firstValue, "here"), await statusFor(nextValue, "here")]).toEqual([401, 200]);
  expect(await statusFor(ownValue, "there")).toBe(200);
  expect((await planPlatform(again(), [])).plan.changes).toEqual([]);
});

test("one that is open is that machine's: it goes back or on, and an emergency elsewhere is not its own", async () => {
  const { again, statusFor, refused } = await twoMachines();
  for (const way of ["back", "on", "hurry"] as const) {
    const before = way === "hurry" ? `${nextValue}-on` : ownValue;
    const stopped = new AbortController();
    const { result } = await rotate(again(), {
      scope: there,
      value: given(`${nextValue}-${way}`),
      signal: stopped.signal,
      onEvent: ({ kind }) => void (kind === "end" && stopped.abort()),
    });
    expect(result).toMatchObject({ kind: "held", rotation: { step: 1, scope: there } });
    expect((await planPlatform(again(), [])).plan.changes).toEqual([]);
    const everywhere = rotate(again(), { compromised: true });
    await expect(everywhere).rejects.toMatchObject({
      code: "ROTATION_OPEN",
      message: expect.stringContaining("for @there") as string,
    });
    if (way === "back") expect(await returnRotation(again(), on)).toMatchObject({ kind: "returned" });
    if (way === "on") expect(await continueRotation(again(), on)).toMatchObject({ kind: "rotated" });
    if (way === "hurry") {
      const hurried = await rotate(again(), { scope: there, compromised: true });
      expect(hurried.result).toMatchObject({ kind: "rotated", rotation: { compromised: true } });
    } else expect(await refused()).toEqual([0, 0]);
    expect(await statusFor(before, "there")).toBe(way === "back" ? 200 : 401);
    expect(await statusFor(firstValue, "here")).toBe(200);
  }
});

test("the same bytes for two scopes are told before anything begins: the value would not end", async () => {
  const { again } = await twoMachines();
  await put(again(), "TOKEN", firstValue, there);
  await applied(again());
  for (const scope of [{}, there]) {
    await expect(rotate(again(), { scope })).rejects.toMatchObject({
      code: "ROTATION_REFUSED",
      message: expect.stringMatching(
        /the same value for (?:@there and for the whole|the whole.* and for @there)/,
      ) as string,
    });
  }
});
