import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AppError, Sensitive } from "#kernel";
import type { Host, HostAnswer, HostRequest, TargetAddress } from "#host";
import { drainNotes } from "../../src/host/drain-note.ts";
import { controller, fileOf, recordOf, type Variables } from "./fixture.ts";

export interface Subject {
  readonly host: Host;
  /** not delivered to yet; its only instance stays up once it is started */
  readonly target: TargetAddress;
  readonly attachments: Attachments;
  readonly write: WriteFile;
  close(): Promise<void> | void;
}

/** The environment file, written by another hand than the host's. */
export type WriteFile = (content: string) => void;

/** Contents of file variables as they lie there, by `r7/NAME`. */
export interface Attachments {
  paths(): readonly string[];
  read(path: string): Buffer | undefined;
  write(path: string, content: Buffer | undefined): void;
}

/** What every `Host` promises, whatever is behind it. */
export function contractSuite(name: string, open: () => Subject): void {
  describe(`a host (${name})`, () => {
    let subject: Subject;
    let next: number;

    beforeEach(() => {
      next = 0;
      subject = open();
    });

    afterEach(async () => {
      await subject.close();
    });

    const perform = (requests: readonly HostRequest[]) => subject.host.perform(controller, requests);
    const observe = async () => (await subject.host.observe([subject.target]))[0];
    const restart = (): HostRequest => ({ kind: "restart", target: subject.target, instance: "", action: "restart" });
    const verify = (): HostRequest => {
      return { kind: "verify", target: subject.target, instance: "", checks: [], deadline: 3000 };
    };
    const deliver = (release: string, variables: Variables): HostRequest[] => {
      const all = { ...variables, KEYTURN_RELEASE: release };
      return [
        { kind: "stage", target: subject.target, file: fileOf(all), record: recordOf(release, all) },
        { kind: "swap", target: subject.target },
      ];
    };

    test("is empty and without an owner before the first delivery", async () => {
      expect(await observe()).toMatchObject({ owner: { kind: "none" }, file: { kind: "missing" } });
      expect(await observe()).not.toHaveProperty("record");
    });

    test("changes nothing by staging alone", async () => {
      await perform(deliver("r1", { A: "1" }).slice(0, 1));
      expect(await observe()).toMatchObject({ owner: { kind: "owned" }, file: { kind: "missing" } });
      expect(kinds(await perform([{ kind: "sweep", target: subject.target }]))).toEqual(["done"]);
    });

    test("tells what a run that was cut short left staged, until it is swept or used", async () => {
      const sweep: HostRequest = { kind: "sweep", target: subject.target };
      await perform(deliver("r1", { A: "1" }));
      expect(await observe()).not.toHaveProperty("leftover");
      for (const cutShort of [deliver("r2", { A: "2" }).slice(0, 1), withFile("r2", Buffer.from("two")).slice(0, 1)]) {
        await perform(cutShort);
        expect(await observe()).toMatchObject({ leftover: true, record: { release: "r1" } });
        await perform([sweep]);
        expect(await observe()).not.toHaveProperty("leftover");
      }
      await perform(deliver("r2", { A: "2" }).slice(0, 1));
      await perform(withFile("r2", Buffer.from("two")));
      expect(await observe()).not.toHaveProperty("leftover");
    });

    test("delivers, restarts and verifies in one call, and tells each answer as it comes", async () => {
      const told: string[] = [];
      const answers = await subject.host.perform(controller, [...deliver("r1", { A: "1" }), restart(), verify()], {
        onAnswer: (answer) => told.push(`${answer.kind} ${answer.request}`),
      });
      expect(told).toEqual(["done stage", "done swap", "done restart", "done verify"]);
      expect(answers.at(-1)).toEqual({ kind: "done", request: "verify", target: subject.target.id, instance: "" });
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

    test("gives every start another invocation", async () => {
      await perform([...deliver("r1", { A: "1" }), restart(), verify()]);
      const before = (await observe())?.instances[0]?.invocation;
      await perform([restart(), verify()]);
      expect((await observe())?.instances[0]?.invocation).not.toBe(before);
    });

    test("tells a file that another hand wrote, names what is foreign in it, and makes it its own again", async () => {
      const first = deliver("r1", { A: "1", B: "2" });
      await perform(first);
      const file = async () => (await observe())?.file;
      const text = "A=1\nB=2\nKEYTURN_RELEASE=r1\n";
      await new Promise((resolve) => setTimeout(resolve, 20));
      subject.write(`${text}MINE=hunter2\nD_2=\n`);
      expect(await file()).toMatchObject({ content: "edited", rewritten: true, foreign: ["D_2", "MINE"] });
      subject.write(text);
      expect(await file()).toMatchObject({ content: "recorded", rewritten: true });
      expect(await file()).not.toHaveProperty("foreign");
      for (const mend of [first, deliver("r2", { A: "2" }), [{ kind: "return", target: subject.target } as const]]) {
        expect(kinds(await perform(mend))).not.toContain("unchanged");
        expect(await file()).not.toHaveProperty("rewritten");
      }
    });

    test("drains what runs until it ends or the limit has gone, and nothing that does not run", async () => {
      const drain = (signal: string, limit: number): HostRequest => {
        return { kind: "drain", target: subject.target, instance: "", by: { kind: "signal", signal }, limit };
      };
      await perform(deliver("r1", { A: "1" }));
      expect(kinds(await perform([drain("SIGTERM", 5000)]))).toEqual(["unchanged"]);
      await perform([restart(), verify()]);
      const { id } = subject.target;
      const still = { kind: "done", request: "drain", target: id, instance: "", remark: drainNotes.busy };
      expect(await perform([drain("SIGWINCH", 300)])).toEqual([still]);
      const ended = { kind: "done", request: "drain", target: id, instance: "" };
      expect(await perform([drain("SIGTERM", 5000)])).toEqual([ended]);
      expect((await observe())?.instances[0]?.state).not.toBe("active");
      expect(kinds(await perform([drain("SIGTERM", 5000), restart(), verify()]))).toEqual([
        "unchanged",
        "done",
        "done",
      ]);
    });

    test("takes the same list again as nothing to do, and still knows the way back", async () => {
      await perform(deliver("r1", { A: "1" }));
      const second = deliver("r2", { A: "2" });
      await perform(second);
      expect(kinds(await perform(second))).toEqual(["unchanged", "unchanged"]);
      expect(await observe()).toMatchObject({ record: { release: "r2" }, previous: { release: "r1" } });
      expect(kinds(await perform([{ kind: "return", target: subject.target }]))).toEqual(["done"]);
      expect(await observe()).toMatchObject({ record: { release: "r1" }, file: { content: "recorded" } });
      expect(kinds(await perform([{ kind: "return", target: subject.target }]))).toEqual(["unchanged"]);
    });

    test("has no way back from the first delivery, nor from one whose previous file was destroyed", async () => {
      await perform(deliver("r1", { A: "1" }));
      const back: HostRequest = { kind: "return", target: subject.target };
      expect(await perform([back])).toMatchObject([{ kind: "failed", reason: "no-previous" }]);
      await perform(deliver("r2", { A: "2" }));
      const forget: HostRequest = { kind: "forget", target: subject.target };
      expect(kinds(await perform([forget, forget]))).toEqual(["done", "unchanged"]);
      expect(await perform([back])).toMatchObject([{ kind: "failed", reason: "no-previous" }]);
      expect(await observe()).not.toHaveProperty("previous");
    });

    test("stops behind the first request that failed", async () => {
      const answers = await perform([{ kind: "return", target: subject.target }, ...deliver("r1", { A: "1" })]);
      expect(answers).toMatchObject([{ kind: "failed", request: "return" }]);
      expect(await observe()).toMatchObject({ file: { kind: "missing" } });
    });

    test("refuses a stale or foreign controller, and follows a newer one", async () => {
      const ours = { ...controller, epoch: 3, lease: 7 };
      await subject.host.perform(ours, deliver("r1", { A: "1" }));
      for (const other of [{ lease: 6 }, { epoch: 2, lease: 8 }, { owner: "other/lab/store9" }]) {
        const call = subject.host.perform({ ...ours, ...other }, deliver("r2", { A: "2" }));
        await expect(call).rejects.toMatchObject({ code: "HOST_FENCED" });
      }
      expect(await observe()).toMatchObject({ record: { release: "r1" }, owner: { epoch: 3, lease: 7 } });
      await subject.host.perform({ ...ours, epoch: 4, lease: 1 }, deliver("r2", { A: "2" }));
      expect(await observe()).toMatchObject({ record: { release: "r2" }, owner: { epoch: 4, lease: 1 } });
    });

    test("lets its content be read until it has an owner", async () => {
      expect(await subject.host.read(subject.target)).toEqual({ processes: [] });
      await perform(deliver("r1", { A: "1" }));
      await expect(subject.host.read(subject.target)).rejects.toMatchObject({ code: "HOST_REFUSED" });
    });

    test("claims nothing where there is no file", async () => {
      const claim: HostRequest = { kind: "claim", target: subject.target, record: recordOf("r1", {}) };
      expect(await perform([claim])).toMatchObject([{ kind: "failed", reason: "failed" }]);
    });

    test("does nothing for an empty list, and nothing after its signal", async () => {
      expect(await perform([])).toEqual([]);
      expect(await subject.host.observe([])).toEqual([]);
      const late = subject.host.perform(controller, deliver("r1", { A: "1" }), { signal: AbortSignal.abort() });
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
      expect(kinds(await perform([{ kind: "return", target: subject.target }]))).toEqual(["done"]);
      expect(await observe()).toMatchObject({ record: { release: "r1" }, file: { content: "recorded" } });
    });

    test("begins nothing behind a stop, and what it did until then is whole", async () => {
      const stop = new AbortController();
      const started: string[] = [];
      const requests = [...deliver("r1", { A: "1" }), { kind: "sweep", target: subject.target } as const];
      const answers = await subject.host.perform(controller, requests, {
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
      expect(await subject.host.perform(controller, deliver("r2", { A: "2" }), { stop: stop.signal })).toEqual([]);
      expect(await observe()).toMatchObject({ record: { release: "r1" } });
    });

    const withFile = (release: string, content: Buffer, name = "CERT"): HostRequest[] => [
      { kind: "attach", target: subject.target, release, name, content: Sensitive.of(content) },
      ...deliver(release, { [name]: `/somewhere/${release}/${name}` }),
    ];

    test("gives file variables any bytes, and keeps the folders of this release and the one before", async () => {
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), async (bytes) => {
          const content = Buffer.from(bytes);
          const release = `r${(next += 1)}`;
          const answers = await perform(withFile(release, content));
          expect(kinds(answers)).toEqual(["done", "done", "done"]);
          expect(subject.attachments.read(`${release}/CERT`)?.equals(content)).toBe(true);
          const before = next === 1 ? [] : [`r${next - 1}/CERT`];
          expect(subject.attachments.paths()).toEqual([...before, `${release}/CERT`].toSorted());
          expect(await observe()).toMatchObject({ record: { release }, file: { content: "recorded" } });
        }),
        { numRuns: 5, examples: [[Buffer.alloc(0)], [Buffer.from([0, 255, 10, 13, 0])]] },
      );
      const large = Buffer.alloc(1024 * 1024, 0);
      expect(kinds(await perform(withFile("r100", large)))).toEqual(["done", "done", "done"]);
      expect(subject.attachments.read("r100/CERT")?.equals(large)).toBe(true);
    });

    test("takes the same file variables again as nothing to do, and brings the earlier ones back", async () => {
      await perform(withFile("r1", Buffer.from("one")));
      const second = withFile("r2", Buffer.from("two"));
      await perform(second);
      expect(kinds(await perform(second))).toEqual(["unchanged", "unchanged", "unchanged"]);
      await perform([{ kind: "return", target: subject.target }]);
      expect(subject.attachments.paths()).toEqual(["r1/CERT"]);
      expect(await observe()).toMatchObject({ record: { release: "r1" }, file: { content: "recorded" } });
      await perform(withFile("r3", Buffer.from("three")));
      await perform([{ kind: "forget", target: subject.target }]);
      expect(subject.attachments.paths()).toEqual(["r3/CERT"]);
    });

    test("sweeps file variables that nothing was staged for, and those of a release that has none any more", async () => {
      await perform(withFile("r1", Buffer.from("one")));
      await perform(withFile("r2", Buffer.from("two")).slice(0, 2));
      expect(subject.attachments.paths()).toEqual(["r1/CERT", "r2/CERT"]);
      await perform(withFile("r2", Buffer.from("two"), "OTHER").slice(0, 1));
      await perform([{ kind: "sweep", target: subject.target }]);
      expect(subject.attachments.paths()).toEqual(["r1/CERT"]);
      await perform(deliver("r3", { A: "1" }));
      await perform(deliver("r4", { A: "2" }));
      expect(subject.attachments.paths()).toEqual([]);
    });

    test("calls a file edited whose file variable was changed or is gone, and puts it right", async () => {
      const first = withFile("r1", Buffer.from("one"));
      await perform(first);
      for (const content of [Buffer.from("two"), undefined]) {
        subject.attachments.write("r1/CERT", content);
        expect(await observe()).toMatchObject({ file: { content: "edited" } });
        expect(kinds(await perform(first))).toEqual(["done", "unchanged", "unchanged"]);
        expect(await observe()).toMatchObject({ file: { content: "recorded" } });
      }
    });

    test("never replaces what a record names: a label of another store may be the same", async () => {
      await perform(withFile("r1", Buffer.from("one")));
      expect(await perform(withFile("r1", Buffer.from("two")))).toMatchObject([{ kind: "failed", reason: "refused" }]);
      expect(subject.attachments.read("r1/CERT")?.toString()).toBe("one");
      expect(kinds(await perform(withFile("r2", Buffer.from("two"))))).toEqual(["done", "done", "done"]);
    });

    test("refuses names and releases that would be another path, and more than a megabyte", async () => {
      const attach = (release: string, name: string, content = Buffer.from("x")) =>
        perform([{ kind: "attach", target: subject.target, release, name, content: Sensitive.of(content) }]);
      for (const [release, name] of [
        ["r1", "../x"],
        ["..", "CERT"],
        ["r1/..", "CERT"],
        ["r1", "1A"],
        ["x1", "CERT"],
        ["r", "CERT"],
      ] as const) {
        const refused = await attach(release, name).then(
          (answers) => answers[0]?.kind === "failed",
          (error: unknown) => error instanceof AppError,
        );
        expect(refused, `${release} ${name}`).toBe(true);
      }
      expect(await attach("r1", "CERT", Buffer.alloc(1024 * 1024 + 1))).toMatchObject([{ kind: "failed" }]);
      expect(subject.attachments.paths()).toEqual([]);
    });

    test("keeps values out of everything it answers", async () => {
      const secret = "hunter2-hunter2";
      const answers = await perform([...deliver("r1", { A: secret }), restart(), verify()]);
      const said = JSON.stringify([answers, await observe(), Sensitive.of(secret)]);
      expect(said).not.toContain(secret);
    });
  });
}

function kinds(answers: readonly HostAnswer[]): readonly string[] {
  return answers.map(({ kind }) => kind);
}
