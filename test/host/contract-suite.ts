import { describe, expect, test } from "vitest";
import type { HostRequest } from "#host";
import { Sensitive } from "#kernel";
import { controller, recordOf } from "./fixture.ts";
import { kinds, useSubject, type Subject } from "./subject.ts";

/** What every `Host` promises, whatever is behind it. */
export function contractSuite(name: string, open: () => Subject): void {
  describe(`a host (${name})`, () => {
    const { subject, perform, observe, restart, verify, deliver } = useSubject(open);

    test("is empty and without an owner before the first delivery", async () => {
      expect(await observe()).toMatchObject({ owner: { kind: "none" }, file: { kind: "missing" } });
      expect(await observe()).not.toHaveProperty("record");
    });

    test("changes nothing by staging alone", async () => {
      await perform(deliver("r1", { A: "1" }).slice(0, 1));
      expect(await observe()).toMatchObject({ owner: { kind: "owned" }, file: { kind: "missing" } });
      expect(kinds(await perform([{ kind: "sweep", target: subject().target }]))).toEqual(["done"]);
    });

    test("tells what a run that was cut short left staged, until it is swept or used", async () => {
      const sweep: HostRequest = { kind: "sweep", target: subject().target };
      await perform(deliver("r1", { A: "1" }));
      expect(await observe()).not.toHaveProperty("leftover");
      await perform(deliver("r2", { A: "2" }).slice(0, 1));
      expect(await observe()).toMatchObject({ leftover: true, record: { release: "r1" } });
      await perform([sweep]);
      expect(await observe()).not.toHaveProperty("leftover");
      await perform(deliver("r2", { A: "2" }).slice(0, 1));
      await perform(deliver("r3", { A: "3" }));
      expect(await observe()).not.toHaveProperty("leftover");
    });

    test("delivers, restarts and verifies in one call, and tells each answer as it comes", async () => {
      const told: string[] = [];
      const answers = await subject().host.perform(controller, [...deliver("r1", { A: "1" }), restart(), verify()], {
        onAnswer: (answer) => told.push(`${answer.kind} ${answer.request}`),
      });
      expect(told).toEqual(["done stage", "done swap", "done restart", "done verify"]);
      expect(answers.at(-1)).toEqual({ kind: "done", request: "verify", target: subject().target.id, instance: "" });
      const seen = await observe();
      expect(seen).toMatchObject({
        record: { release: "r1" },
        file: { kind: "present", content: "recorded" },
        instances: [{ instance: "", state: "active", carries: { kind: "recorded" } }],
      });
      expect(Math.abs((seen?.instances[0]?.startedAt ?? Date.now()) - Date.now())).toBeLessThan(20_000);
    });

    test("does not take the old process for the new one", async () => {
      await perform([...deliver("r1", { A: "1" }), restart(), verify()]);
      const answers = await perform([...deliver("r2", { A: "2" }), { ...verify(), deadline: 300 } as HostRequest]);
      expect(answers.at(-1)).toMatchObject({ kind: "failed", request: "verify", reason: "not-restarted" });
      expect((await observe())?.instances[0]?.carries).toEqual({ kind: "previous" });
    });

    test("takes the same list again as nothing to do, and still knows the way back", async () => {
      await perform(deliver("r1", { A: "1" }));
      const second = deliver("r2", { A: "2" });
      await perform(second);
      expect(kinds(await perform(second))).toEqual(["unchanged", "unchanged"]);
      expect(await observe()).toMatchObject({ record: { release: "r2" }, previous: { release: "r1" } });
      expect(kinds(await perform([{ kind: "return", target: subject().target }]))).toEqual(["done"]);
      expect(await observe()).toMatchObject({ record: { release: "r1" }, file: { content: "recorded" } });
    });

    test("has no way back from the first delivery, nor from one whose previous file was destroyed", async () => {
      await perform(deliver("r1", { A: "1" }));
      const back: HostRequest = { kind: "return", target: subject().target };
      expect(await perform([back])).toMatchObject([{ kind: "failed", reason: "no-previous" }]);
      await perform(deliver("r2", { A: "2" }));
      const forget: HostRequest = { kind: "forget", target: subject().target };
      expect(kinds(await perform([forget, forget]))).toEqual(["done", "unchanged"]);
      expect(await perform([back])).toMatchObject([{ kind: "failed", reason: "no-previous" }]);
      expect(await observe()).not.toHaveProperty("previous");
    });

    test("stops behind the first request that failed", async () => {
      const answers = await perform([{ kind: "return", target: subject().target }, ...deliver("r1", { A: "1" })]);
      expect(answers).toMatchObject([{ kind: "failed", request: "return" }]);
      expect(await observe()).toMatchObject({ file: { kind: "missing" } });
    });

    test("refuses a stale or foreign controller, and follows a newer one", async () => {
      const ours = { ...controller, epoch: 3, lease: 7 };
      await subject().host.perform(ours, deliver("r1", { A: "1" }));
      for (const other of [{ lease: 6 }, { epoch: 2, lease: 8 }, { owner: "other/lab/store9" }]) {
        const call = subject().host.perform({ ...ours, ...other }, deliver("r2", { A: "2" }));
        await expect(call).rejects.toMatchObject({ code: "HOST_FENCED" });
      }
      expect(await observe()).toMatchObject({ record: { release: "r1" }, owner: { epoch: 3, lease: 7 } });
      await subject().host.perform({ ...ours, epoch: 4, lease: 1 }, deliver("r2", { A: "2" }));
      expect(await observe()).toMatchObject({ record: { release: "r2" }, owner: { epoch: 4, lease: 1 } });
    });

    test("claims nothing where there is no file", async () => {
      const claim: HostRequest = { kind: "claim", target: subject().target, record: recordOf("r1", {}) };
      expect(await perform([claim])).toMatchObject([{ kind: "failed", reason: "failed" }]);
    });

    test("does nothing for an empty list, and nothing after its signal", async () => {
      expect(await perform([])).toEqual([]);
      expect(await subject().host.observe([])).toEqual([]);
      const late = subject().host.perform(controller, deliver("r1", { A: "1" }), { signal: AbortSignal.abort() });
      await expect(late).rejects.toThrow();
      expect(await observe()).toMatchObject({ file: { kind: "missing" } });
    });

    test("goes back past a release that was never proved", async () => {
      await perform(deliver("r1", { A: "1" }));
      await perform(deliver("r2", { A: "2" }));
      const [stage, swap] = deliver("r3", { A: "3" });
      if (stage === undefined || swap?.kind !== "swap") throw new Error("no swap");
      expect(kinds(await perform([stage, { ...swap, unproved: true }]))).toEqual(["done", "done"]);
      expect(await observe()).toMatchObject({ record: { release: "r3" }, previous: { release: "r1" } });
      expect(kinds(await perform([{ kind: "return", target: subject().target }]))).toEqual(["done"]);
      expect(await observe()).toMatchObject({ record: { release: "r1" }, file: { content: "recorded" } });
    });

    test("begins nothing behind a stop, and what it did until then is whole", async () => {
      const stop = new AbortController();
      const started: string[] = [];
      const requests = [...deliver("r1", { A: "1" }), { kind: "sweep", target: subject().target } as const];
      const answers = await subject().host.perform(controller, requests, {
        stop: stop.signal,
        onStart: ({ kind }) => void started.push(kind),
        onAnswer: ({ request }) => request === "swap" && stop.abort(),
      });
      expect(answers.map(({ request, kind }) => [request, kind])).toEqual([
        ["stage", "done"],
        ["swap", "done"],
      ]);
      expect(started).toEqual(["stage", "swap"]);
      expect(await observe()).toMatchObject({ record: { release: "r1" }, file: { content: "recorded" } });
      expect(await subject().host.perform(controller, deliver("r2", { A: "2" }), { stop: stop.signal })).toEqual([]);
      expect(await observe()).toMatchObject({ record: { release: "r1" } });
    });

    test("keeps values out of everything it answers", async () => {
      const secret = "hunter2-hunter2";
      const answers = await perform([...deliver("r1", { A: secret }), restart(), verify()]);
      const said = JSON.stringify([answers, await observe(), Sensitive.of(secret)]);
      expect(said).not.toContain(secret);
    });
  });
}
