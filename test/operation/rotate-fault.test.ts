import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { AppError } from "#kernel";
import {
  applyPlatform,
  continueRotation,
  listRotations,
  planPlatform,
  returnRotation,
  type Context,
  type ContinueRequest,
} from "#operation";
import { runFolder } from "./live-platform.ts";
import { callsOf, firstValue, given, rotate, rotatingPlatform, statusFor } from "./rotating-platform.ts";

// processes are started and asked many times over
vi.setConfig({ testTimeout: 180_000 });

const nextValue = "the-value-that-came-next";
const value = given(nextValue);
const quietly = { confirm: async () => true, onEvent: () => undefined };
const on: ContinueRequest = { name: "TOKEN", patience: 5000, ...quietly };
const hour = 3_600_000;

/** The same, but no machine answers while it is cut off. */
function cutOff(context: Context, isCut: () => boolean): Context {
  const away = async (): Promise<never> => {
    throw new AppError("HOST_UNREACHABLE", "here can't be reached");
  };
  return {
    ...context,
    connect: (entry) =>
      new Proxy(context.connect(entry), {
        get(host, name) {
          const own: unknown = Reflect.get(host, name);
          if (typeof own !== "function") return own;
          return isCut() ? away : own.bind(host);
        },
      }),
  };
}

describe("a machine that can't be reached", () => {
  test.each([1, 2, 3])(
    "from step %i on holds the rotation there, and it goes on when the machine is back",
    async (step) => {
      const platform = await rotatingPlatform();
      let cut = false;
      const { result } = await rotate(
        cutOff(platform.again(), () => cut),
        { value, onEvent: (event) => void (event.kind === "rotation-step" && event.number === step && (cut = true)) },
      );
      expect(result).toMatchObject({
        kind: "held",
        reason: expect.stringContaining("here can't be reached") as string,
      });
      // nothing was begun there, and both values work as before
      expect((await listRotations(platform.again()))[0]).toMatchObject({ state: "open", step: step - 1 });
      expect(await statusFor(platform, step === 1 ? firstValue : nextValue)).toBe(200);
      expect(await continueRotation(platform.again(), on)).toMatchObject({ kind: "rotated" });
      expect(await statusFor(platform, firstValue)).toBe(401);
      expect((await callsOf(platform)).refused).toBe(0);
    },
  );

  test("while it is taken back leaves it open, and it goes back when the machine is there again", async () => {
    const platform = await rotatingPlatform();
    const stop = new AbortController();
    await rotate(platform.again(), {
      value,
      signal: stop.signal,
      onEvent: (event) => void (event.kind === "end" && stop.abort()),
    });
    const away = returnRotation(
      cutOff(platform.again(), () => true),
      on,
    );
    await expect(away).rejects.toMatchObject({ code: "HOST_UNREACHABLE" });
    expect((await listRotations(platform.again()))[0]).toMatchObject({ state: "open", step: 0 });
    expect(await returnRotation(platform.again(), on)).toMatchObject({ kind: "returned" });
    expect(await statusFor(platform, firstValue)).toBe(200);
    expect((await planPlatform(platform.again(), [])).plan.changes).toEqual([]);
  });
});

test("a way back on which a service dies says which one", async () => {
  const platform = await rotatingPlatform();
  const stop = new AbortController();
  const onEvent = ({ kind }: { readonly kind: string }): void => void (kind === "end" && stop.abort());
  await rotate(platform.again(), { value, signal: stop.signal, onEvent });
  const program = join(platform.folder, "api/main.cjs");
  const whole = await readFile(program, "utf8");
  await writeFile(program, "process.exit(1);");
  expect(await returnRotation(platform.again(), on)).toMatchObject({
    kind: "held",
    reason: expect.stringMatching(/^api@here: died/) as string,
  });
  await writeFile(program, whole);
  expect(await returnRotation(platform.again(), on)).toMatchObject({ kind: "returned" });
});

test("a way back that was cut short can be turned round, from each step", async () => {
  const platform = await rotatingPlatform();
  for (const last of [1, 2]) {
    const stop = new AbortController();
    let step = 0;
    await rotate(platform.again(), {
      value: given(`${nextValue}-${last}`),
      signal: stop.signal,
      onEvent: (event) => {
        if (event.kind === "rotation-step") step = event.number;
        if (event.kind === "end" && step === last) stop.abort();
      },
    });
    let cut = false;
    const away = returnRotation(
      cutOff(platform.again(), () => cut),
      { ...on, onEvent: ({ kind }) => void (kind === "rotation-back" && (cut = true)) },
    );
    await expect(away).rejects.toMatchObject({ code: "HOST_UNREACHABLE" });
    expect(await continueRotation(platform.again(), on)).toMatchObject({ kind: "rotated" });
    expect(await statusFor(platform, `${nextValue}-${last}`)).toBe(200);
  }
  expect(await statusFor(platform, firstValue)).toBe(401);
  expect((await callsOf(platform)).refused).toBe(0);
  expect((await planPlatform(platform.again(), [])).plan.changes).toEqual([]);
});

test.each([0, 1])(
  "cut short when the old value has ended and %i releases with it are forgotten, the others are all the same",
  async (first) => {
    const platform = await rotatingPlatform();
    const cut = rotate(endsAtForget(platform.again(), first), { value });
    await expect(cut).rejects.toThrow("gone");
    const keeping = async () => {
      const files = ["api", "caller"].map((service) => join(runFolder(platform.context), service, "previous.env"));
      const texts = await Promise.all(files.map((file) => readFile(file, "utf8").catch(() => "")));
      return texts.filter((text) => text.includes(firstValue)).length;
    };
    expect(await keeping()).toBeGreaterThan(0);
    const result = await continueRotation(platform.again(), on);
    expect(result).toMatchObject({ kind: "rotated" });
    expect("forgotten" in result && result.forgotten.map(({ kind }) => kind)).toContain("destroyed");
    expect(await keeping()).toBe(0);
    expect((await planPlatform(platform.again(), [])).plan.changes).toEqual([]);
  },
);

/** The same, but it is over when a machine is told to forget a release, behind so many. */
function endsAtForget(context: Context, times: number): Context {
  let told = 0;
  return {
    ...context,
    connect: (entry) => {
      const host = context.connect(entry);
      return {
        ...host,
        perform: async (controller, requests, ...more) => {
          if (requests.some(({ kind }) => kind === "forget") && ++told > times) throw new Error("gone");
          return host.perform(controller, requests, ...more);
        },
      };
    },
  };
}

describe("a rotation and a rollout", () => {
  test("are not at work at once, whoever came first", async () => {
    const platform = await rotatingPlatform();
    let second: Promise<unknown> | undefined;
    await applyPlatform(platform.again(), {
      ...quietly,
      part: [],
      renew: true,
      onEvent: ({ kind }) => void (kind === "begin" && (second ??= rotate(platform.again(), { value }).catch(codeOf))),
    });
    expect(await second).toBe("LEASE_HELD");
    let other: Promise<unknown> | undefined;
    const { result } = await rotate(platform.again(), {
      value,
      onEvent: ({ kind }) =>
        void (
          kind === "rotation-step" &&
          (other ??= applyPlatform(platform.again(), { ...quietly, part: [] }).catch(codeOf))
        ),
    });
    expect(await other).toBe("LEASE_HELD");
    expect(result).toMatchObject({ kind: "rotated", calls: { refused: 0 } });
  });

  test("one that was cut short comes to its end first", async () => {
    const platform = await rotatingPlatform();
    const stop = new AbortController();
    await applyPlatform(platform.again(), {
      ...quietly,
      part: [],
      renew: true,
      signal: stop.signal,
      onEvent: (event) => void (event.kind === "step" && event.state === "done" && stop.abort()),
    });
    await expect(rotate(platform.again(), { value })).rejects.toMatchObject({
      code: "ROTATION_REFUSED",
      hint: expect.stringContaining("apply --resume") as string,
    });
  });
});

test("a value that somebody changed by hand on the machine is found before anything begins, with the way out", async () => {
  const platform = await rotatingPlatform();
  const path = join(runFolder(platform.context), "api", ".env");
  const text = await readFile(path, "utf8");
  await writeFile(path, text.replace(firstValue, "changed-by-hand"));
  await expect(rotate(platform.again(), { value })).rejects.toMatchObject({
    code: "ROTATION_REFUSED",
    findings: [{ code: "pending", message: "api@here is not as the store says" }],
    hint: "`keyturn apply api@here` first, or see `keyturn plan`",
  });
  expect(await listRotations(platform.again())).toEqual([]);
  await applyPlatform(platform.again(), { ...quietly, part: ["api@here"] });
  expect((await rotate(platform.again(), { value })).result).toMatchObject({ kind: "rotated" });
});

describe("clocks that differ by an hour", () => {
  test.each([hour, -hour])("change nothing where Keyturn's is off by %i ms", async (off) => {
    const platform = await rotatingPlatform();
    const context = platform.again();
    const { clock } = context;
    const shifted = { ...context, clock: { ...clock, now: () => clock.now() + off } };
    expect((await rotate(shifted, { value })).result).toMatchObject({ kind: "rotated", calls: { refused: 0 } });
    expect(await statusFor(platform, firstValue)).toBe(401);
  });

  test.each([hour, -hour])("change nothing where the services' are off by %i ms", async (off) => {
    const platform = await rotatingPlatform({ ahead: off });
    const { result } = await rotate(platform.again(), { value });
    expect(result).toMatchObject({ kind: "rotated", calls: { refused: 0 } });
    const since = new Date((await callsOf(platform)).since).getTime();
    expect(Math.abs(since - Date.now())).toBeGreaterThan(hour / 2);
  });
});

function codeOf(error: unknown): unknown {
  return error instanceof AppError ? error.code : error;
}
