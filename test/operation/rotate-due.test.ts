import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import {
  continueRotation,
  listRotations,
  listValues,
  remind,
  rotateDue,
  rotationProgress,
  type Context,
} from "#operation";
import { emptyDatabase } from "../store/database-for-test.ts";
import { auditTrail } from "./make-context.ts";
import { byClock, movedClock } from "./later.ts";
import { firstValue, rotate, rotatingPlatform, statusFor, type RotatingOptions } from "./rotating-platform.ts";

// processes are started and asked many times over
vi.setConfig({ testTimeout: 180_000 });

const hour = 3_600_000;
const day = 24 * hour;
const watcher = { onEvent: () => undefined, patience: 3000 };

/** A platform whose TOKEN is so old, by a clock of its own. */
async function aged(age: number, options: RotatingOptions = {}) {
  const platform = await rotatingPlatform({ rotate: "{ every: 90d }", ...options });
  const clock = movedClock(age);
  const another = (): Promise<Context> => byClock(platform.again(), clock);
  return { ...platform, clock, another, context: await another() };
}

async function stateOf(context: Context) {
  return (await listValues(context)).find(({ name }) => name === "TOKEN")?.rotation?.state;
}

async function edit(folder: string, before: string, behind: string): Promise<void> {
  const file = join(folder, "keyturn.yaml");
  const text = await readFile(file, "utf8");
  expect(text).toContain(before);
  await writeFile(file, text.replace(before, behind));
}

/** A window of two hours that holds at this moment, or begins in so many hours. UTC. */
function windowIn(hours: number, now: number): string {
  const from = new Date(now + hours * hour);
  const days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
  const text = (at: number) => new Date(at).toISOString().slice(11, 16);
  return `${days[from.getUTCDay()]} ${text(from.getTime())}-${text(from.getTime() + 2 * hour)}`;
}

test("what is not due is left alone, and what is due is rotated once", async () => {
  const platform = await aged(89 * day);
  const { clock, context } = platform;
  expect(await stateOf(context)).toBe("fresh");
  expect(await rotateDue(context, watcher)).toEqual([]);
  clock.ahead = 91 * day;
  expect(await stateOf(context)).toBe("now");
  const outcomes = await rotateDue(context, watcher);
  expect(outcomes).toMatchObject([{ kind: "ended", due: { version: { number: 1 } }, result: { kind: "rotated" } }]);
  expect(await statusFor(platform, firstValue)).toBe(401);
  expect(await stateOf(context)).toBe("fresh");
  expect(await rotateDue(context, watcher)).toEqual([]);
  expect(await remind(context, outcomes)).toMatchObject([{ name: "TOKEN", version: 1, state: "rotated" }]);
  // a clock that is set back by an hour makes nothing due again, and one that is an hour ahead neither
  for (const ahead of [91 * day - hour, 91 * day + hour]) {
    clock.ahead = ahead;
    expect(await rotateDue(context, watcher)).toEqual([]);
  }
});

test("it waits for its window, and is begun in it", async () => {
  const now = Date.now() + 100 * day;
  const platform = await aged(100 * day, { rotate: `{ every: 90d, window: "${windowIn(3, now)}" }` });
  const { clock, context } = platform;
  expect(await stateOf(context)).toBe("waits");
  expect(await rotateDue(context, watcher)).toEqual([]);
  clock.ahead += 6 * hour;
  expect(await stateOf(context)).toBe("waits");
  clock.ahead += 7 * day - 2.5 * hour;
  expect(await stateOf(context)).toBe("now");
  expect(await rotateDue(context, watcher)).toMatchObject([{ kind: "ended", result: { kind: "rotated" } }]);
});

test("what would not end in its window is not begun, and told", async () => {
  const now = Date.now() + 100 * day;
  const rotateIn = `{ every: 90d, window: "${windowIn(-1, now)}" }`;
  const platform = await aged(100 * day, { rotate: rotateIn });
  await edit(platform.folder, "secrets:", "    soak: 6m\nsecrets:");
  platform.clock.ahead += hour - 10 * 60_000;
  const outcomes = await rotateDue(await platform.another(), watcher);
  expect(outcomes).toMatchObject([{ kind: "refused", reason: expect.stringContaining("its window ends before") }]);
  expect(await listRotations(platform.context)).toEqual([]);
});

test("nothing is begun in a freeze", async () => {
  const platform = await aged(91 * day);
  await edit(platform.folder, "secrets:", '    freeze: [{ from: "00:00", until: "24:00", reason: always }]\nsecrets:');
  const frozen = await platform.another();
  expect(await stateOf(frozen)).toBe("now");
  expect(await rotateDue(frozen, watcher)).toEqual([]);
  expect(await listRotations(frozen)).toEqual([]);
});

test("nothing is begun over a rotation that is open, and a person is told once, and again a week later", async () => {
  const platform = await aged(91 * day);
  const { clock, context } = platform;
  const stopped = new AbortController();
  const onEvent = ({ kind }: { readonly kind: string }): void => {
    if (kind === "rotation-step") stopped.abort();
  };
  expect((await rotate(platform.again(), { signal: stopped.signal, onEvent })).result.kind).toBe("held");
  expect(await stateOf(context)).toBe("open");
  expect(await rotateDue(context, watcher)).toEqual([]);
  expect(await remind(context)).toMatchObject([{ state: "held", detail: expect.stringContaining("--continue") }]);
  expect(await remind(await platform.another())).toEqual([]);
  clock.ahead += 6 * day;
  expect(await remind(context)).toEqual([]);
  clock.ahead += 2 * day;
  expect(await remind(context)).toMatchObject([{ state: "held" }]);
  expect((await auditTrail(context)).filter((entry) => entry === "rotation.remind TOKEN")).toHaveLength(2);
});

test("one that waits for its overlap is nobody's, keeps nothing else up, and is brought to its end behind it", async () => {
  const platform = await aged(91 * day, { overlap: "30d" });
  const { clock, context } = platform;
  const outcomes = await rotateDue(context, watcher);
  expect(outcomes).toMatchObject([{ kind: "ended", result: { kind: "held" } }]);
  expect(await stateOf(context)).toBe("overlap");
  const [listed] = await listRotations(context);
  const end = (listed?.startedAt ?? 0) + 30 * day;
  expect(await rotationProgress(context, listed?.id ?? "")).toMatchObject({ atWork: false, overlapUntil: end });
  expect(await remind(context, outcomes)).toEqual([]);
  expect(await rotateDue(context, watcher)).toEqual([]);
  clock.ahead += 31 * day;
  expect(await rotateDue(context, watcher)).toMatchObject([{ kind: "ended", result: { kind: "rotated" } }]);
  expect(await stateOf(context)).toBe("fresh");
  expect(await statusFor(platform, firstValue)).toBe(401);
});

test("one that somebody holds is left alone, also behind its overlap", async () => {
  const platform = await aged(91 * day, { overlap: "30d" });
  const { clock, context } = platform;
  await rotateDue(context, watcher);
  const stopped = new AbortController();
  stopped.abort();
  await continueRotation(context, { ...watcher, name: "TOKEN", signal: stopped.signal, confirm: async () => true });
  clock.ahead += 31 * day;
  expect(await rotateDue(context, watcher)).toEqual([]);
  expect(await remind(context)).toMatchObject([{ state: "held" }]);
});

test("one that failed is left to a person", async () => {
  const platform = await aged(91 * day, { forgetful: "previous" });
  const { context, clock } = platform;
  const outcomes = await rotateDue(context, watcher);
  expect(outcomes).toMatchObject([{ kind: "ended", result: { kind: "returned" } }]);
  expect(await stateOf(context)).toBe("returned");
  expect(await remind(context, outcomes)).toMatchObject([{ state: "returned", version: 1 }]);
  clock.ahead += day;
  expect(await rotateDue(context, watcher)).toEqual([]);
  expect(await listRotations(context)).toHaveLength(1);
  expect(await statusFor(platform, firstValue)).toBe(200);
});

test("what a person does is never begun, and they are reminded when it is due", async () => {
  const platform = await aged(89 * day, { rotate: "{ every: 90d, by: person }" });
  const { clock, context } = platform;
  expect(await remind(context)).toEqual([]);
  clock.ahead = 92 * day;
  expect(await stateOf(context)).toBe("person");
  expect(await rotateDue(context, watcher)).toEqual([]);
  expect(await remind(context)).toMatchObject([
    {
      environment: "local",
      name: "TOKEN",
      version: 1,
      state: "person",
      detail: expect.stringContaining("92 days old"),
    },
  ]);
  expect(await remind(context)).toEqual([]);
  await rotate(context);
  expect(await stateOf(context)).toBe("fresh");
});

test("what is in its way is told with the reason, and it is begun when that is gone", async () => {
  const platform = await aged(91 * day);
  await edit(platform.folder, 'FORGETFUL: "nothing"', 'FORGETFUL: "no one"');
  const outcomes = await rotateDue(await platform.another(), watcher);
  expect(outcomes).toMatchObject([{ kind: "refused", reason: expect.stringContaining("can't be rotated yet") }]);
  expect(await remind(platform.context, outcomes)).toMatchObject([{ state: "refused" }]);
  expect(await remind(platform.context, outcomes)).toEqual([]);
  await edit(platform.folder, 'FORGETFUL: "no one"', 'FORGETFUL: "nothing"');
  expect(await rotateDue(await platform.another(), watcher)).toMatchObject([{ kind: "ended" }]);
});

test("of two servers on one database one begins it", async () => {
  const { host, port, user, database } = await emptyDatabase();
  const store = `postgres://${user}@${encodeURIComponent(host)}:${port}/${database}`;
  const platform = await aged(91 * day, { store });
  const servers = [platform.context, await platform.another(), await platform.another()];
  const outcomes = await Promise.all(servers.map((context) => rotateDue(context, watcher)));
  expect(outcomes.flat()).toMatchObject([{ kind: "ended", result: { kind: "rotated" } }]);
  expect(await Promise.all(servers.map((context) => rotateDue(context, watcher)))).toEqual([[], [], []]);
  expect(await listRotations(platform.context)).toHaveLength(1);
  const told = await Promise.all(servers.map((context) => remind(context, outcomes.flat())));
  expect(told.flat()).toHaveLength(1);
});
