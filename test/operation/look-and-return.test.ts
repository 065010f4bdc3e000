import { spawn } from "node:child_process";
import { chmod, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { AppError } from "#kernel";
import {
  findDrift,
  fixDrift,
  homeHere,
  platformStatus,
  rollBack,
  type Context,
  type DriftResult,
  type RollbackProposal,
} from "#operation";
import type { Plan } from "#plan";
import { auditTrail, put } from "./make-context.ts";
import { answerOf, applied, apply, livePlatform, processesOf, runFolder } from "./live-platform.ts";

describe("drift", () => {
  test("of a platform that is as the store says is none", async () => {
    const { context } = await livePlatform();
    await applied(context);
    const result = await findDrift(context, []);
    expect([result.drift, result.clean.toSorted()]).toEqual([[], ["api@here", "fleet@here"]]);
  });

  const fileChanges = {
    "file-edited": async (path: string) => writeFile(path, `${await readFile(path, "utf8")}EXTRA=1\n`),
    "file-missing": async (path: string) => rm(path),
    "file-mode": async (path: string) => chmod(path, 0o644),
  };
  const byHand = ["file-foreign", "process-older"];
  for (const [kind, change] of Object.entries(fileChanges)) {
    test(`names ${kind}, and the command it gives mends it without a restart`, async () => {
      const { context } = await livePlatform();
      await applied(context);
      const before = await processesOf(context);
      const path = join(runFolder(context), "api", ".env");
      const text = await readFile(path, "utf8");
      await change(path);
      const { drift } = await findDrift(context, []);
      expect(drift.map((one) => one.kind)).toEqual(kind === "file-edited" ? [kind, ...byHand] : [kind]);
      expect(drift).toMatchObject(drift.map(() => ({ target: "api@here", mend: "keyturn apply api@here" })));
      await applied(context, { part: ["api@here"] });
      expect(await readFile(path, "utf8")).toBe(text);
      expect((await findDrift(context, [])).drift).toEqual([]);
      expect(await processesOf(context)).toEqual(before);
    });
  }

  test("names a process that ended, and mends that one alone", async () => {
    const { context } = await livePlatform();
    await applied(context);
    const before = await processesOf(context);
    process.kill(before["fleet b"] ?? 0, "SIGKILL");
    const { drift } = await untilDrift(context);
    expect(drift).toMatchObject([{ kind: "instance-down", target: "fleet@here", message: "b is failed" }]);
    await applied(context);
    const after = await processesOf(context);
    expect([after["api"], after["fleet a"]]).toEqual([before["api"], before["fleet a"]]);
    expect(after["fleet b"]).not.toBe(before["fleet b"]);
  });

  test("names a process that someone started by hand with other values", async () => {
    const { context, folder } = await livePlatform();
    await applied(context);
    await replaceByHand(context, folder);
    const { drift } = await findDrift(context, []);
    expect(drift).toMatchObject([{ kind: "process-different", target: "fleet@here" }]);
    expect(drift[0]?.message).toContain("TOKEN");
    expect(JSON.stringify(drift)).not.toContain("by-hand");
    await applied(context);
    expect((await findDrift(context, [])).drift).toEqual([]);
  });

  test("names content that the store wants otherwise", async () => {
    const { context } = await livePlatform();
    await applied(context);
    await put(context, "API_KEY", "api-key-two");
    expect((await findDrift(context, [])).drift).toMatchObject([{ kind: "other-release", target: "api@here" }]);
  });
});

describe("drift --fix", () => {
  const request = { part: [], onDrift: () => undefined, onEvent: () => undefined, confirm: async () => true };

  test("mends the drifted targets alone, after what it showed was confirmed", async () => {
    const { context } = await livePlatform();
    await applied(context);
    const before = await processesOf(context);
    const path = join(runFolder(context), "fleet", ".env");
    const text = await readFile(path, "utf8");
    await writeFile(path, `${text}MINE=1\n`);
    const told: string[] = [];
    const onDrift = ({ drift }: DriftResult) => void told.push(...drift.map(({ kind }) => kind));
    const refused = await fixDrift(homeHere(context), { ...request, onDrift, confirm: async () => false });
    expect(refused).toMatchObject({ applied: { kind: "cancelled" }, remaining: { drift: refused.found.drift } });
    expect(await readFile(path, "utf8")).not.toBe(text);
    expect(told).toEqual(["file-edited", "file-foreign", "process-older"]);
    const confirm = async ({ changes }: Plan) => told.push(...changes.map(({ target }) => target)) > 0;
    const fixed = await fixDrift(homeHere(context), { ...request, onDrift, confirm });
    expect(told.slice(3)).toEqual(["file-edited", "file-foreign", "process-older", "fleet@here"]);
    expect(fixed).toMatchObject({ applied: { outcome: { kind: "done" } }, remaining: { drift: [] } });
    expect(await readFile(path, "utf8")).toBe(text);
    expect(await processesOf(context)).toEqual(before);
  });

  test("leaves what a person has to mend, names the file, and asks for nothing", async () => {
    const { context, folder } = await livePlatform();
    await applied(context);
    await writeFile(join(folder, "api", ".env"), "TOKEN=of-a-developer\nELSE=1\n");
    const ask = async (): Promise<boolean> => {
      throw new Error("there is nothing to ask");
    };
    const { found, applied: none, remaining } = await fixDrift(homeHere(context), { ...request, confirm: ask });
    expect(none).toBeUndefined();
    expect(remaining).toEqual(found);
    expect(found.drift).toMatchObject([{ target: "api@here", kind: "variable-shadowed", fixable: false }]);
    expect(found.drift[0]?.message).toContain(`${join(folder, "api", ".env")} sets TOKEN as well`);
    expect(JSON.stringify(found)).not.toContain("of-a-developer");
    expect(await apply(context)).toMatchObject({ kind: "nothing", plan: { left: [{ target: "api@here" }] } });
    const { rows } = await platformStatus(context, ["api"]);
    expect(rows[0]?.differences).toMatchObject([{ kind: "variable-shadowed" }]);
  });
});

describe("status", () => {
  test("has one row for each instance, with what it carries and how it is", async () => {
    const { context } = await livePlatform();
    await applied(context);
    const { rows } = await platformStatus(context, []);
    expect(
      rows.map(({ service, instance, state, release, health }) => [service, instance, state, release, health.kind]),
    ).toEqual([
      ["api", "", "active", "r1", "healthy"],
      ["fleet", "a", "active", "r1", "unchecked"],
      ["fleet", "b", "active", "r1", "unchecked"],
    ]);
  });

  test("before the first apply says that nothing runs", async () => {
    const { context } = await livePlatform();
    const { rows } = await platformStatus(context, ["fleet"]);
    expect(rows.map(({ state, release }) => [state, release])).toEqual([
      ["inactive", "–"],
      ["inactive", "–"],
    ]);
  });

  test("tells of a rollout that is at work", async () => {
    const { context, again } = await livePlatform();
    const other = again();
    let open: unknown;
    await applied(context, {
      onEvent: (event) => {
        if (event.kind === "wave") open ??= platformStatus(other, []).then((status) => status.open);
      },
    });
    expect(await open).toMatchObject({ actor: context.actor.name });
  });
});

describe("rollback", () => {
  test("puts the values of the release before back as new versions, and rolls out", async () => {
    const { context, port } = await livePlatform();
    await applied(context);
    await put(context, "API_KEY", "api-key-two");
    await applied(context);
    const result = await back(context);
    expect(result).toMatchObject({ kind: "applied", proposal: { release: 1 }, applied: { release: 3 } });
    expect(await answerOf(port)).toBe("200 api-key-one");
    expect(await auditTrail(context)).toContain("value.rollback API_KEY");
    const store = await context.openStore();
    const history = await store.transaction(async (tx) => (await tx.environment("local")).values.history("API_KEY"));
    expect(history.map(({ number }) => number).toSorted((a, b) => a - b)).toEqual([1, 2, 3]);
  });

  test("does not take a release that only mended a process for an earlier state", async () => {
    const { context, port } = await livePlatform();
    await applied(context);
    await put(context, "API_KEY", "api-key-two");
    await applied(context);
    process.kill((await processesOf(context))["fleet a"] ?? 0, "SIGKILL");
    await untilDrift(context);
    await applied(context);
    expect(await back(context)).toMatchObject({ proposal: { release: 1 } });
    expect(await answerOf(port)).toBe("200 api-key-one");
  });

  test("behind a failed apply goes to the last good release", async () => {
    const { context } = await livePlatform();
    await applied(context);
    await put(context, "MODE", "sick");
    await apply(context);
    let proposal: RollbackProposal | undefined;
    await rollBack(context, { ...request, confirm: async (one) => ((proposal = one), false) });
    expect(proposal).toMatchObject({ release: 1 });
  });

  test("changes nothing when it is not confirmed, and says so when there is nothing earlier", async () => {
    const { context } = await livePlatform();
    await applied(context);
    expect(await code(back(context))).toBe("NOT_FOUND");
    await put(context, "API_KEY", "api-key-two");
    await applied(context);
    const before = await auditTrail(context);
    expect(await rollBack(context, { ...request, confirm: async () => false })).toMatchObject({ kind: "cancelled" });
    expect(await auditTrail(context)).toEqual(before);
  });

  test("never puts a retired version back", async () => {
    const { context, port } = await livePlatform();
    await applied(context);
    await put(context, "API_KEY", "api-key-two");
    await applied(context);
    const store = await context.openStore();
    await store.transaction(async (tx) => {
      const { values } = await tx.environment("local");
      const first = (await values.history("API_KEY")).find(({ number }) => number === 1);
      await values.setState(first?.id ?? 0, "retired");
    });
    expect(await code(back(context))).toBe("VALUES_INVALID");
    expect(await answerOf(port)).toBe("200 api-key-two");
  });

  test("while another operator is at work stores nothing", async () => {
    const { context, again } = await livePlatform();
    await applied(context);
    await put(context, "API_KEY", "api-key-two");
    await applied(context);
    await put(context, "API_KEY", "key-three");
    const other = again();
    let found: unknown;
    await applied(context, {
      confirm: async () => {
        found = await code(back(other));
        return true;
      },
    });
    expect(found).toBe("LEASE_HELD");
    expect(await auditTrail(context)).not.toContain("value.rollback API_KEY");
  });
});

const request = { part: [], onEvent: () => undefined };

function back(context: Context) {
  return rollBack(context, { ...request, confirm: async () => true });
}

async function code(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => "went through",
    (error: unknown) => (error instanceof AppError ? error.code : error),
  );
}

/** A killed process is seen a moment later. */
async function untilDrift(context: Context) {
  for (let tries = 0; ; tries += 1) {
    const result = await findDrift(context, []);
    if (result.drift.length > 0 || tries > 50) return result;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** As when someone ends the unit's process and starts it in a shell: the machine takes it for the same instance. */
async function replaceByHand(context: Context, folder: string): Promise<void> {
  const note = join(runFolder(context), "fleet", "instance-a.json");
  const started = JSON.parse(await readFile(note, "utf8")) as { pid: number };
  process.kill(started.pid, "SIGKILL");
  const child = spawn(process.execPath, [join(folder, "fleet/main.cjs")], {
    env: { TOKEN: "by-hand" },
    stdio: "ignore",
    detached: true,
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  await new Promise((resolve) => child.once("spawn", resolve));
  const stat = await readFile(`/proc/${child.pid}/stat`, "latin1");
  const identity = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  await writeFile(note, JSON.stringify({ ...started, pid: child.pid, identity }));
}
