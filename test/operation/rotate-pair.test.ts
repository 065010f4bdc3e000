import { expect, test, vi } from "vitest";
import {
  continueRotation,
  listRotations,
  listValues,
  planRotation,
  returnRotation,
  rotateDue,
  setValue,
} from "#operation";
import { Sensitive } from "#kernel";
import { byClock, movedClock } from "./later.ts";
import {
  firstKey,
  firstSecret,
  givenPair,
  keysAt,
  pairPlatform,
  presentPair,
  rotatePair,
  statusFor,
  type PairPlatform,
} from "./pair-platform.ts";

// processes are started and asked many times over
vi.setConfig({ testTimeout: 120_000 });

async function statesOf({ again }: PairPlatform, name: string): Promise<readonly string[]> {
  const store = await again().openStore();
  return store.transaction(async (tx) => {
    const { values } = await tx.environment("local");
    return (await values.history(name)).map(({ state }) => state);
  });
}

const goOn = { patience: 5000, confirm: async () => true, onEvent: () => undefined };

test("a pair changes as one under calls, by either name, and none fails: the server learns the new key first", async () => {
  const platform = await pairPlatform();
  const plan = await planRotation(platform.context, { name: "LIVEKIT_API_KEY", scope: {}, compromised: false });
  expect([plan.name, plan.companion?.name, plan.companion?.from.number]).toEqual([
    "LIVEKIT_API_SECRET",
    "LIVEKIT_API_KEY",
    1,
  ]);
  expect(plan.steps.map(({ phase, services }) => `${phase} ${services.join()}`)).toEqual([
    "accept livekit",
    "switch dialler",
    "forget livekit",
  ]);
  const { result } = await rotatePair(platform.again(), { name: "LIVEKIT_API_KEY" });
  expect(result.kind).toBe("rotated");
  expect(result.kind !== "cancelled" && result.calls).toMatchObject({ refused: 0, broken: 0 });
  const { key, secret } = await presentPair(platform);
  expect(key).toMatch(/^API[A-Za-z0-9]{12}$/);
  expect(secret).toMatch(/^[A-Za-z0-9]{43}$/);
  expect(await statusFor(platform, key, secret)).toBe(200);
  expect(await statusFor(platform, firstKey, firstSecret)).toBe(401);
  expect(await keysAt(platform)).toBe(1);
  for (const name of ["LIVEKIT_API_KEY", "LIVEKIT_API_SECRET"]) {
    expect(await statesOf(platform, name)).toEqual(["retired", "live"]);
  }
});

test("while it is open neither name takes another value, and back it has the pair before with neither of the new", async () => {
  const platform = await pairPlatform();
  const stop = new AbortController();
  const { result } = await rotatePair(platform.again(), {
    signal: stop.signal,
    onEvent: (event) => void (event.kind === "rotation-step" && event.number === 2 && stop.abort()),
  });
  expect(result.kind).toBe("held");
  expect(await keysAt(platform)).toBe(2);
  for (const name of ["LIVEKIT_API_KEY", "LIVEKIT_API_SECRET"]) {
    const read = async () => ({ value: Sensitive.of("another-value-which-is-long-enough-too"), origin: "test" });
    const set = setValue(platform.again(), { name, scope: {}, undeclared: false, read });
    await expect(set).rejects.toMatchObject({ code: "ROTATION_OPEN" });
    await expect(rotatePair(platform.again(), { name })).rejects.toMatchObject({ code: "ROTATION_OPEN" });
  }
  const back = await returnRotation(platform.again(), { ...goOn, name: "LIVEKIT_API_KEY" });
  expect(back.kind).toBe("returned");
  expect(await presentPair(platform)).toEqual({ key: firstKey, secret: firstSecret });
  expect([await keysAt(platform), await statusFor(platform, firstKey, firstSecret)]).toEqual([1, 200]);
  for (const name of ["LIVEKIT_API_KEY", "LIVEKIT_API_SECRET"]) {
    expect(await statesOf(platform, name)).toEqual(["live", "retired"]);
  }
});

test("one that was stopped is gone on with by the other name", async () => {
  const platform = await pairPlatform();
  const stop = new AbortController();
  await rotatePair(platform.again(), {
    signal: stop.signal,
    onEvent: (event) => void (event.kind === "rotation-step" && event.number === 1 && stop.abort()),
  });
  const end = await continueRotation(platform.again(), { ...goOn, name: "LIVEKIT_API_KEY" });
  expect(end.kind).toBe("rotated");
  const [listed] = await listRotations(platform.again());
  expect(listed).toMatchObject({ name: "LIVEKIT_API_SECRET", companion: { name: "LIVEKIT_API_KEY" }, state: "done" });
  expect(await keysAt(platform)).toBe(1);
});

test("a compromised pair changes at once, and neither of its values can be set again", async () => {
  const platform = await pairPlatform();
  const { result } = await rotatePair(platform.again(), { compromised: true });
  expect(result.kind).toBe("rotated");
  expect([await keysAt(platform), await statusFor(platform, firstKey, firstSecret)]).toEqual([1, 401]);
  for (const name of ["LIVEKIT_API_KEY", "LIVEKIT_API_SECRET"]) {
    expect(await statesOf(platform, name)).toEqual(["compromised", "live"]);
  }
});

test("one that is open becomes an emergency, by the name of its other half too", async () => {
  const platform = await pairPlatform();
  const stop = new AbortController();
  await rotatePair(platform.again(), {
    signal: stop.signal,
    onEvent: (event) => void (event.kind === "rotation-step" && event.number === 2 && stop.abort()),
  });
  const { result } = await rotatePair(platform.again(), { name: "LIVEKIT_API_KEY", compromised: true });
  expect(result.kind).toBe("rotated");
  expect(await keysAt(platform)).toBe(1);
  for (const name of ["LIVEKIT_API_KEY", "LIVEKIT_API_SECRET"]) {
    expect(await statesOf(platform, name)).toEqual(["compromised", "live"]);
  }
});

test("a person gives both halves, or none, and each is another than before", async () => {
  const platform = await pairPlatform({ secret: "" });
  await expect(rotatePair(platform.again())).rejects.toMatchObject({
    code: "ROTATION_REFUSED",
    message: "nothing makes a new LIVEKIT_API_SECRET and LIVEKIT_API_KEY",
  });
  const value = { value: Sensitive.of("another-secret-which-is-long-enough-too"), origin: "test" };
  await expect(rotatePair(platform.again(), { value })).rejects.toMatchObject({
    code: "VALUES_INVALID",
    message: "LIVEKIT_API_SECRET goes with LIVEKIT_API_KEY: only one new value was given",
  });
  const same = givenPair(firstKey, "another-secret-which-is-long-enough-too");
  await expect(rotatePair(platform.again(), { value: same })).rejects.toMatchObject({
    message: "that is the value which LIVEKIT_API_KEY has already",
  });
  expect(await presentPair(platform)).toEqual({ key: firstKey, secret: firstSecret });
  const { result } = await rotatePair(platform.again(), {
    value: givenPair("1234567890", 'with "signs": and, {more} of #them'),
  });
  expect(result.kind).toBe("rotated");
  expect(await statusFor(platform, "1234567890", 'with "signs": and, {more} of #them')).toBe(200);
});

test("without an issuer both are random where both contracts have a rule", async () => {
  const platform = await pairPlatform({ secret: "", generate: true });
  const { result } = await rotatePair(platform.again());
  expect(result.kind).toBe("rotated");
  const { key, secret } = await presentPair(platform);
  expect([key.length, secret.length]).toEqual([43, 43]);
  expect(await statusFor(platform, key, secret)).toBe(200);
});

test("a server that takes one pair alone gets it in a swap with whoever presents it", async () => {
  const platform = await pairPlatform({ single: true });
  const plan = await planRotation(platform.context, { name: "LIVEKIT_API_KEY", scope: {}, compromised: false });
  expect(plan.steps.map(({ phase, services }) => `${phase} ${services.join()}`)).toEqual(["swap livekit,dialler"]);
  const { result } = await rotatePair(platform.again());
  expect(result.kind).toBe("rotated");
  const { key, secret } = await presentPair(platform);
  expect([key === firstKey, secret === firstSecret]).toEqual([false, false]);
  expect(await statusFor(platform, key, secret)).toBe(200);
  expect(await statusFor(platform, firstKey, firstSecret)).toBe(401);
  expect(await keysAt(platform)).toBe(1);
  for (const name of ["LIVEKIT_API_KEY", "LIVEKIT_API_SECRET"]) {
    expect(await statesOf(platform, name)).toEqual(["retired", "live"]);
  }
});

test("the calendar begins a pair once, and both names have its next date", async () => {
  const day = 24 * 3_600_000;
  const platform = await pairPlatform({ secret: "issuer: { livekit: {} }, rotate: { every: 90d }" });
  const clock = movedClock(89 * day);
  const context = await byClock(platform.again(), clock);
  const dates = async () => {
    const found = (await listValues(context)).map(({ name, rotation }) => [name, rotation] as const);
    const [key, secret] = ["LIVEKIT_API_KEY", "LIVEKIT_API_SECRET"].map((name) => new Map(found).get(name));
    expect(key).toEqual(secret);
    return key;
  };
  const first = await dates();
  expect(first).toMatchObject({ state: "fresh", by: "keyturn" });
  expect(await rotateDue(context, goOn)).toEqual([]);
  clock.ahead = 91 * day;
  expect(await dates()).toMatchObject({ state: "now" });
  const outcomes = await rotateDue(context, goOn);
  expect(outcomes).toMatchObject([
    { kind: "ended", due: { version: { name: "LIVEKIT_API_SECRET" } }, result: { kind: "rotated" } },
  ]);
  expect(await rotateDue(context, goOn)).toEqual([]);
  expect(await listRotations(context)).toHaveLength(1);
  const next = await dates();
  expect(next?.state).toBe("fresh");
  expect((next?.due ?? 0) - (first?.due ?? 0)).toBeGreaterThan(90 * day);
  expect(await statusFor(platform, firstKey, firstSecret)).toBe(401);
});
