import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ownHolder } from "#host";
import { AppError } from "#kernel";
import { giveGrants, platformStatus, revokeGrant, type Context, type ProgressEvent } from "#operation";
import { auditTrail, put } from "./make-context.ts";
import { answerOf, applied, apply, livePlatform, processesOf } from "./live-platform.ts";

describe("an apply that goes well", () => {
  test("starts everything with its values, and a second one has nothing to do", async () => {
    const { context, port } = await livePlatform();
    expect(await apply(context)).toMatchObject({ kind: "rolled-out", release: 1, outcome: { kind: "done" } });
    expect(await answerOf(port)).toBe("200 api-key-one");
    const before = await processesOf(context);
    expect(Object.keys(before).toSorted()).toEqual(["api", "fleet a", "fleet b"]);
    expect(await apply(context)).toMatchObject({ kind: "nothing" });
    expect(await processesOf(context)).toEqual(before);
    expect(await releaseStates(context)).toEqual(["1 good"]);
  });

  test("restarts only those who hold what changed", async () => {
    const { context, port } = await livePlatform();
    await applied(context);
    const before = await processesOf(context);
    await put(context, "API_KEY", "api-key-two");
    await applied(context);
    const after = await processesOf(context);
    expect(await answerOf(port)).toBe("200 api-key-two");
    expect(after["api"]).not.toBe(before["api"]);
    expect([after["fleet a"], after["fleet b"]]).toEqual([before["fleet a"], before["fleet b"]]);
    await put(context, "TOKEN", "token-two");
    await applied(context);
    const last = await processesOf(context);
    for (const name of Object.keys(last)) expect(last[name]).not.toBe(after[name]);
  });

  test("of a part touches nothing else", async () => {
    const { context } = await livePlatform();
    await applied(context);
    const before = await processesOf(context);
    await put(context, "TOKEN", "token-two");
    const result = await applied(context, { part: ["fleet"] });
    const after = await processesOf(context);
    expect(after["api"]).toBe(before["api"]);
    expect(after["fleet a"]).not.toBe(before["fleet a"]);
    if (result.kind !== "rolled-out") throw new Error(result.kind);
    expect(result.plan.findings).toMatchObject([{ code: "cut-over" }]);
  });

  test("writes into the audit log what was begun and how it ended", async () => {
    const { context } = await livePlatform();
    await applied(context);
    expect((await auditTrail(context)).slice(-2)).toEqual(["rollout.begin r1", "rollout.done r1"]);
  });

  test("takes values over from the manifest's sources first", async () => {
    const { context } = await livePlatform({
      local: "    sources: [store, { dotenv: ci.env }]\n",
      files: { "ci.env": "API_KEY=key-of-ci\nTOKEN=token-of-ci\nELSE=nobody-asks\n" },
    });
    const kept = await applied(context);
    expect(kept).toMatchObject({ imported: { values: [{ name: "TOKEN", origin: "store" }, { name: "API_KEY" }] } });
  });

  test("takes away what a killed run left, and leaves the processes alone", async () => {
    const { context } = await livePlatform();
    await applied(context);
    const before = await processesOf(context);
    const left = join(context.home, "run", "local", "api", "staged.env");
    await writeFile(left, "API_KEY=of-a-run-that-was-killed\n");
    const result = await applied(context);
    expect(result.plan.changes).toMatchObject([{ target: "api@here", steps: [{ kind: "sweep" }] }]);
    expect(existsSync(left)).toBe(false);
    expect(await processesOf(context)).toEqual(before);
    expect(await apply(context)).toMatchObject({ kind: "nothing" });
  });

  test("changes nothing when it is not confirmed", async () => {
    const { context } = await livePlatform();
    expect(await apply(context, { confirm: async () => false })).toMatchObject({ kind: "cancelled" });
    expect(await processesOf(context)).toEqual({});
    expect(await releaseStates(context)).toEqual([]);
  });
});

describe("a release that does not work", () => {
  for (const [mode, step] of [
    ["die", "verify"],
    ["hang", "verify"],
    ["sick", "verify"],
  ] as const) {
    test(`goes back by itself when the service would ${mode}`, async () => {
      const { context, port } = await livePlatform();
      await applied(context);
      await put(context, "MODE", mode);
      await put(context, "API_KEY", "api-key-two");
      const before = await processesOf(context);
      const result = await apply(context);
      expect(result).toMatchObject({ outcome: { kind: "returned", failure: { target: "api@here", step } } });
      expect(await answerOf(port)).toBe("200 api-key-one");
      const after = await processesOf(context);
      expect(after["fleet a"]).toBe(before["fleet a"]);
      expect(await releaseStates(context)).toEqual(["2 failed", "1 good"]);
      expect((await auditTrail(context)).at(-1)).toBe("rollout.returned r2");
    });
  }

  test("takes services along that had been changed before it", async () => {
    // a fleet that nothing asks for its health may be seen alive before it has come to its own end
    const { context } = await livePlatform({ files: { "fleet/main.cjs": fragileFleet }, local: "    soak: 3s\n" });
    await applied(context);
    await put(context, "TOKEN", "token-bad");
    const result = await apply(context);
    expect(result).toMatchObject({ outcome: { kind: "returned", failure: { target: "fleet@here" } } });
    const { rows } = await platformStatus(context, []);
    expect(rows.map(({ state, release }) => `${state} ${release}`)).toEqual(["active r1", "active r1", "active r1"]);
  });

  test("has nothing to go back to when it is the first, and that is said; the next apply tries again", async () => {
    const { context, port } = await livePlatform();
    await put(context, "MODE", "sick");
    const result = await apply(context);
    expect(result).toMatchObject({ outcome: { kind: "stranded", targets: [{ target: "api@here" }] } });
    expect(JSON.stringify(result)).toContain("this was its first release");
    expect(await releaseStates(context)).toEqual(["1 failed"]);
    expect(Object.keys(await processesOf(context))).not.toContain("fleet a");
    await put(context, "MODE", "ok");
    await applied(context);
    expect(await answerOf(port)).toBe("200 api-key-one");
  });

  test("is tried again by the next apply although its values are there already", async () => {
    const { context } = await livePlatform();
    await put(context, "MODE", "sick");
    await apply(context, { part: ["api"] });
    const again = await apply(context, { part: ["api"] });
    expect(again).toMatchObject({
      kind: "rolled-out",
      plan: { changes: [{ reasons: [{ kind: "release-unproved" }] }] },
    });
  });
});

describe("an apply that is refused before anything is touched", () => {
  test("names every missing, invalid and ungranted value at once", async () => {
    const { context } = await livePlatform({
      files: {
        "api/.env.example": `# @required @sensitive\nTOKEN=\n# @required @sensitive\nLOST=\n# @type=port\nPORT=1\n# @sensitive\nAPI_KEY=\nMODE=ok\n`,
        "fleet/.env.example": "# @required @sensitive\nTOKEN=\n# @sensitive\nAPI_KEY=\n",
      },
      local: '    services: { api: { values: { PORT: "none" } } }\n',
    });
    const error = await refusal(apply(context));
    expect(error.code).toBe("VALUES_INVALID");
    expect(error.findings.map(({ code }) => code).toSorted()).toEqual(["grant-missing", "invalid", "missing"]);
    expect(await processesOf(context)).toEqual({});
  });

  test("a value that no file can carry is named for every service that gets it", async () => {
    const { context } = await livePlatform();
    await applied(context);
    const before = await processesOf(context);
    await put(context, "TOKEN", "a value\0b");
    const error = await refusal(apply(context));
    expect(error.code).toBe("VALUE_UNCARRIABLE");
    expect(error.findings.map(({ message }) => message).join()).toContain("TOKEN");
    expect(await processesOf(context)).toEqual(before);
    expect(await releaseStates(context)).toEqual(["1 good"]);
  });

  test("a grant that was taken away stops the service that lost it", async () => {
    const { context } = await livePlatform();
    await revokeGrant(context, { service: "fleet", name: "TOKEN", kind: "hold" });
    expect((await refusal(apply(context))).findings.map(({ code }) => code)).toEqual(["grant-missing"]);
    await giveGrants(context, [{ service: "fleet", name: "TOKEN", kind: "hold" }]);
    await applied(context);
  });

  test("a name that is none, and a pair that does not exist beside one that does", async () => {
    const { context } = await livePlatform();
    expect((await refusal(apply(context, { part: ["fleeet"] }))).code).toBe("NOT_FOUND");
    expect((await refusal(apply(context, { part: ["api", "fleet@there"] }))).code).toBe("NOT_FOUND");
    expect((await refusal(apply(context, { part: ["api@here@there"] }))).code).toBe("NOT_FOUND");
  });

  test("a frozen hour says why, and an override is kept with its reason", async () => {
    const always = "[sun, mon, tue, wed, thu, fri, sat]";
    const { context } = await livePlatform({
      local: `    freeze:\n      - { days: ${always}, from: "00:00", until: "12:00", reason: campaign }\n      - { days: ${always}, from: "12:00", until: "00:00", reason: campaign }\n`,
    });
    const error = await refusal(apply(context));
    expect([error.code, error.message.includes("campaign")]).toEqual(["FROZEN", true]);
    await applied(context, { overrideFreeze: "customer is down" });
    const store = await context.openStore();
    const entries = await store.transaction((tx) => tx.audit.list({ limit: 5, subject: "r1" }));
    expect(JSON.stringify(entries)).toContain("customer is down");
  });
});

describe("two operators", () => {
  test("the second is told who is at work, since when, and doing what; afterwards it may", async () => {
    const { context, again } = await livePlatform();
    const second = again();
    let error: AppError | undefined;
    await applied(context, {
      part: ["api"],
      confirm: async () => {
        error = await refusal(apply(second));
        return true;
      },
    });
    expect(error?.code).toBe("LEASE_HELD");
    expect(error?.message).toContain(context.actor.name);
    expect(error?.message).toMatch(/since \d{4}-\d\d-\d\dT.*\(apply api\)/);
    await applied(second);
  });

  test("the lease is given back when an apply is refused", async () => {
    const { context } = await livePlatform();
    await refusal(apply(context, { part: ["nobody"] }));
    await applied(context);
  });

  test("a plan that another operator has overtaken is not carried out", async () => {
    const { context, again } = await livePlatform();
    const other = again();
    const error = await refusal(
      apply(context, {
        confirm: async () => {
          const store = await other.openStore();
          await store.transaction(async (tx) => {
            const { lease } = await tx.environment("local");
            for (const number of [1, 2, 3]) await lease.release(number);
          });
          await applied(other);
          return true;
        },
      }),
    );
    expect(error.code).toBe("LEASE_HELD");
    expect(await releaseStates(context)).toEqual(["1 good"]);
  });
});

describe("a lease", () => {
  const takeAs = async (context: Context, process: string) => {
    const store = await context.openStore();
    const taken = { actor: { name: "ben@ops2" }, doing: "apply", ttl: 120_000, process };
    await store.transaction(async (tx) => (await tx.environment("local")).lease.take(taken));
  };

  test("of a process on this machine that is gone is taken over, with an event and an entry that say so", async () => {
    const { context } = await livePlatform();
    const [boot, table] = (await ownHolder())?.split(" ") ?? [];
    await takeAs(context, `${boot} ${table} 4194304 1`);
    const events: ProgressEvent[] = [];
    await applied(context, { onEvent: (event) => void events.push(event) });
    expect(events[0]).toMatchObject({ kind: "taken-over", holder: "ben@ops2", doing: "apply" });
    expect(await auditTrail(context)).toContain("lease.take-over apply");
  });

  test("of a process that lives, or that nobody here can look at, is held", async () => {
    const { context } = await livePlatform();
    for (const process of [await ownHolder(), "another-boot pid:[1] 4194304 1"]) {
      const store = await context.openStore();
      await takeAs(context, process ?? "");
      expect((await refusal(apply(context))).code).toBe("LEASE_HELD");
      await store.transaction(async (tx) => {
        const { lease } = await tx.environment("local");
        for (const number of [1, 2]) await lease.release(number);
      });
    }
  });
});

describe("a rollout that was cut short", () => {
  test("is closed by the next apply, which says so and goes on", async () => {
    const { context } = await livePlatform();
    const store = await context.openStore();
    await store.transaction(async (tx) => {
      const { releases, rollouts } = await tx.environment("local");
      const { number } = await releases.create({ actor: context.actor, reason: "apply", targets: [] });
      await rollouts.begin({ id: "ro_killed", kind: "apply", release: number, plan: {}, actor: context.actor });
    });
    const events: ProgressEvent[] = [];
    await applied(context, { onEvent: (event) => void events.push(event) });
    expect(events[0]).toMatchObject({ kind: "abandoned", rollout: "ro_killed", actor: context.actor.name });
    expect(await releaseStates(context)).toEqual(["2 good", "1 failed"]);
    expect(await auditTrail(context)).toContain("rollout.abandoned r1");
  });

  test("by an error of ours is written down as failed, and the lease is free again", async () => {
    const { context } = await livePlatform();
    const onEvent = (event: ProgressEvent) => {
      if (event.kind === "wave") throw new AppError("INTERNAL", "the terminal is gone");
    };
    expect((await refusal(apply(context, { onEvent }))).code).toBe("INTERNAL");
    expect(await releaseStates(context)).toEqual(["1 failed"]);
    expect(await applied(context)).toMatchObject({ kind: "rolled-out", release: 2 });
  });
});

/** Dies at once with a token that it does not like. */
const fragileFleet = `if (process.env.TOKEN === "token-bad") process.exit(9);
setInterval(() => {}, 1000);
`;

async function refusal(work: Promise<unknown>): Promise<AppError> {
  const error = await work.then(
    (result) => new Error(`it went through: ${JSON.stringify(result)}`),
    (thrown: unknown) => thrown,
  );
  if (error instanceof AppError) return error;
  throw error;
}

async function releaseStates(context: Context): Promise<readonly string[]> {
  const store = await context.openStore();
  const releases = await store.transaction(async (tx) => (await tx.environment("local")).releases.list(10));
  return releases.map(({ number, state }) => `${number} ${state}`);
}
