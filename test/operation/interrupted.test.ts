import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  resumeRollout,
  takeRolloutBack,
  platformStatus,
  type Context,
  type ProgressEvent,
  type Remainder,
} from "#operation";
import { auditTrail, put } from "./make-context.ts";
import { answerOf, applied, apply, livePlatform, processesOf } from "./live-platform.ts";

const quiet = { confirm: async () => true, onEvent: () => undefined };

/** An apply of other values that is stopped behind the first thing that `stops` is true of. */
async function stoppedApply(context: Context, stops: (event: ProgressEvent) => boolean): Promise<void> {
  await put(context, "TOKEN", "token-two");
  await put(context, "API_KEY", "api-key-two");
  const stop = new AbortController();
  const onEvent = (event: ProgressEvent): void => void (stops(event) && stop.abort(new Error("ctrl-c")));
  const result = await apply(context, { signal: stop.signal, onEvent });
  expect(result).toMatchObject({ kind: "rolled-out", release: 2, outcome: { kind: "stopped" } });
}

function isStep(event: ProgressEvent, target: string, step: string): boolean {
  return event.kind === "step" && event.state === "done" && event.target === target && event.step === step;
}

async function remainder(end: typeof resumeRollout, context: Context): Promise<Remainder> {
  let seen: Remainder | undefined;
  await end(context, {
    ...quiet,
    confirm: async (found) => {
      seen = found;
      return false;
    },
  });
  if (seen === undefined) throw new Error("nothing was asked");
  return seen;
}

describe("a rollout that the operator stopped", () => {
  test("is left as it is, and told by status until it has ended", async () => {
    const { context, port } = await livePlatform();
    await applied(context);
    await stoppedApply(context, (event) => isStep(event, "fleet@here", "restart a"));
    expect(await answerOf(port)).toBe("200 api-key-two");
    expect(await platformStatus(context, [])).toMatchObject({ open: { rollout: expect.any(String) } });
    expect(await remainder(resumeRollout, context)).toMatchObject({
      release: 2,
      finished: ["api@here"],
      begun: ["fleet@here"],
      waiting: [],
    });
    expect(await auditTrail(context)).toContain("rollout.stopped r2");
  });

  test("is gone on with: what is finished is not touched again", async () => {
    const { context } = await livePlatform();
    await applied(context);
    await stoppedApply(context, (event) => isStep(event, "fleet@here", "swap"));
    const before = await processesOf(context);
    const result = await resumeRollout(context, quiet);
    expect(result).toMatchObject({ kind: "rolled-out", release: 2, outcome: { kind: "done" } });
    const after = await processesOf(context);
    expect(after["api"]).toBe(before["api"]);
    expect(after["fleet a"]).not.toBe(before["fleet a"]);
    expect(await apply(context)).toMatchObject({ kind: "nothing" });
    expect(await platformStatus(context, [])).not.toHaveProperty("open");
    expect((await auditTrail(context)).slice(-2)).toEqual(["rollout.resume r2", "rollout.done r2"]);
  });

  test("is taken back, on targets that were finished as well", async () => {
    const { context, port } = await livePlatform();
    await applied(context);
    await stoppedApply(context, (event) => isStep(event, "fleet@here", "verify a"));
    const result = await takeRolloutBack(context, quiet);
    expect(result).toMatchObject({ kind: "taken-back", release: 2, outcome: { kind: "returned", hosts: ["here"] } });
    expect(await answerOf(port)).toBe("200 api-key-one");
    const { rows } = await platformStatus(context, []);
    expect(rows.map(({ release }) => release)).toEqual(["r1", "r1", "r1"]);
    expect((await auditTrail(context)).slice(-2)).toEqual(["rollout.return r2", "rollout.returned r2"]);
    await expect(takeRolloutBack(context, quiet)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("is not gone on with when something else is wanted by now, and can still be taken back", async () => {
    const { context, port } = await livePlatform();
    await applied(context);
    await stoppedApply(context, (event) => isStep(event, "api@here", "swap"));
    await put(context, "API_KEY", "key-three");
    await expect(resumeRollout(context, quiet)).rejects.toMatchObject({ code: "ROLLOUT_CHANGED" });
    expect(await takeRolloutBack(context, quiet)).toMatchObject({ outcome: { kind: "returned" } });
    expect(await answerOf(port)).toBe("200 api-key-one");
  });

  test("is left alone by a copy of the store, when the other copy was at its targets meanwhile", async () => {
    const { context, port } = await livePlatform();
    await applied(context);
    await stoppedApply(context, (event) => isStep(event, "fleet@here", "restart a"));
    const mark = join(context.home, "run", "local", "api", "controller.json");
    const stored = JSON.parse(await readFile(mark, "utf8")) as object;
    await writeFile(mark, JSON.stringify({ ...stored, auditHead: `3:${"a".repeat(64)}` }));
    for (const end of [resumeRollout, takeRolloutBack]) {
      await expect(end(context, quiet)).rejects.toMatchObject({
        code: "HOST_FENCED",
        findings: [
          { code: "fenced", message: expect.stringMatching(/^api@here .*another copy of this store/) as unknown },
        ],
      });
    }
    expect(await answerOf(port)).toBe("200 api-key-two");
    await writeFile(mark, JSON.stringify(stored));
    expect(await takeRolloutBack(context, quiet)).toMatchObject({ kind: "taken-back" });
  });

  test("counts as failed for the next apply, which brings what the store wants", async () => {
    const { context, port } = await livePlatform();
    await applied(context);
    await stoppedApply(context, (event) => isStep(event, "api@here", "swap"));
    expect(await applied(context)).toMatchObject({ release: 3, outcome: { kind: "done" } });
    expect(await answerOf(port)).toBe("200 api-key-two");
    await expect(resumeRollout(context, quiet)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});
