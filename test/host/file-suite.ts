import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { HostRequest } from "#host";
import { AppError, Sensitive } from "#kernel";
import { drainNotes } from "../../src/host/drain-note.ts";
import { kinds, useSubject, type Subject } from "./subject.ts";

export interface FileSubject extends Subject {
  readonly attachments: Attachments;
  readonly write: WriteFile;
}

/** The environment file, written by another hand than the host's. */
export type WriteFile = (content: string) => void;

/** Contents of file variables as they lie there, by `r7/NAME`. */
export interface Attachments {
  paths(): readonly string[];
  read(path: string): Buffer | undefined;
  write(path: string, content: Buffer | undefined): void;
}

/** What a `Host` promises beside that, whose targets have files and are started again in place. */
export function fileSuite(name: string, open: () => FileSubject): void {
  describe(`a host with files (${name})`, () => {
    const { subject, perform, observe, restart, verify, deliver } = useSubject(open);
    const withFile = (release: string, content: Buffer, name = "CERT"): HostRequest[] => [
      { kind: "attach", target: subject().target, release, name, content: Sensitive.of(content) },
      ...deliver(release, { [name]: `/somewhere/${release}/${name}` }),
    ];

    test("tells a file variable that a run left behind, until it is swept or used", async () => {
      const sweep: HostRequest = { kind: "sweep", target: subject().target };
      await perform(deliver("r1", { A: "1" }));
      await perform(withFile("r2", Buffer.from("two")).slice(0, 1));
      expect(await observe()).toMatchObject({ leftover: true, record: { release: "r1" } });
      await perform([sweep]);
      expect(await observe()).not.toHaveProperty("leftover");
      await perform(deliver("r2", { A: "2" }).slice(0, 1));
      await perform(withFile("r2", Buffer.from("two")));
      expect(await observe()).not.toHaveProperty("leftover");
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
      subject().write(`${text}MINE=hunter2\nD_2=\n`);
      expect(await file()).toMatchObject({ content: "edited", rewritten: true, foreign: ["D_2", "MINE"] });
      subject().write(text);
      expect(await file()).toMatchObject({ content: "recorded", rewritten: true });
      expect(await file()).not.toHaveProperty("foreign");
      for (const mend of [first, deliver("r2", { A: "2" }), [{ kind: "return", target: subject().target } as const]]) {
        expect(kinds(await perform(mend))).not.toContain("unchanged");
        expect(await file()).not.toHaveProperty("rewritten");
      }
    });

    test("drains what runs until it ends or the limit has gone, and nothing that does not run", async () => {
      const drain = (signal: string, limit: number): HostRequest => {
        return { kind: "drain", target: subject().target, instance: "", by: { kind: "signal", signal }, limit };
      };
      await perform(deliver("r1", { A: "1" }));
      expect(kinds(await perform([drain("SIGTERM", 5000)]))).toEqual(["unchanged"]);
      await perform([restart(), verify()]);
      const { id } = subject().target;
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

    test("lets its content be read until it has an owner", async () => {
      expect(await subject().host.read(subject().target)).toEqual({ processes: [] });
      await perform(deliver("r1", { A: "1" }));
      await expect(subject().host.read(subject().target)).rejects.toMatchObject({ code: "HOST_REFUSED" });
    });

    test("gives file variables any bytes, and keeps the folders of this release and the one before", async () => {
      let next = 0;
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), async (bytes) => {
          const content = Buffer.from(bytes);
          const release = `r${(next += 1)}`;
          const answers = await perform(withFile(release, content));
          expect(kinds(answers)).toEqual(["done", "done", "done"]);
          expect(subject().attachments.read(`${release}/CERT`)?.equals(content)).toBe(true);
          const before = next === 1 ? [] : [`r${next - 1}/CERT`];
          expect(subject().attachments.paths()).toEqual([...before, `${release}/CERT`].toSorted());
          expect(await observe()).toMatchObject({ record: { release }, file: { content: "recorded" } });
        }),
        { numRuns: 5, examples: [[Buffer.alloc(0)], [Buffer.from([0, 255, 10, 13, 0])]] },
      );
      const large = Buffer.alloc(1024 * 1024, 0);
      expect(kinds(await perform(withFile("r100", large)))).toEqual(["done", "done", "done"]);
      expect(subject().attachments.read("r100/CERT")?.equals(large)).toBe(true);
    });

    test("takes the same file variables again as nothing to do, and brings the earlier ones back", async () => {
      await perform(withFile("r1", Buffer.from("one")));
      const second = withFile("r2", Buffer.from("two"));
      await perform(second);
      expect(kinds(await perform(second))).toEqual(["unchanged", "unchanged", "unchanged"]);
      await perform([{ kind: "return", target: subject().target }]);
      expect(subject().attachments.paths()).toEqual(["r1/CERT"]);
      expect(await observe()).toMatchObject({ record: { release: "r1" }, file: { content: "recorded" } });
      await perform(withFile("r3", Buffer.from("three")));
      await perform([{ kind: "forget", target: subject().target }]);
      expect(subject().attachments.paths()).toEqual(["r3/CERT"]);
    });

    test("sweeps file variables that nothing was staged for, and those of a release that has none any more", async () => {
      await perform(withFile("r1", Buffer.from("one")));
      await perform(withFile("r2", Buffer.from("two")).slice(0, 2));
      expect(subject().attachments.paths()).toEqual(["r1/CERT", "r2/CERT"]);
      await perform(withFile("r2", Buffer.from("two"), "OTHER").slice(0, 1));
      await perform([{ kind: "sweep", target: subject().target }]);
      expect(subject().attachments.paths()).toEqual(["r1/CERT"]);
      await perform(deliver("r3", { A: "1" }));
      await perform(deliver("r4", { A: "2" }));
      expect(subject().attachments.paths()).toEqual([]);
    });

    test("calls a file edited whose file variable was changed or is gone, and puts it right", async () => {
      const first = withFile("r1", Buffer.from("one"));
      await perform(first);
      for (const content of [Buffer.from("two"), undefined]) {
        subject().attachments.write("r1/CERT", content);
        expect(await observe()).toMatchObject({ file: { content: "edited" } });
        expect(kinds(await perform(first))).toEqual(["done", "unchanged", "unchanged"]);
        expect(await observe()).toMatchObject({ file: { content: "recorded" } });
      }
    });

    test("never replaces what a record names: a label of another store may be the same", async () => {
      await perform(withFile("r1", Buffer.from("one")));
      expect(await perform(withFile("r1", Buffer.from("two")))).toMatchObject([{ kind: "failed", reason: "refused" }]);
      expect(subject().attachments.read("r1/CERT")?.toString()).toBe("one");
      expect(kinds(await perform(withFile("r2", Buffer.from("two"))))).toEqual(["done", "done", "done"]);
    });

    test("refuses names and releases that would be another path, and more than a megabyte", async () => {
      const attach = (release: string, name: string, content = Buffer.from("x")) =>
        perform([{ kind: "attach", target: subject().target, release, name, content: Sensitive.of(content) }]);
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
      expect(subject().attachments.paths()).toEqual([]);
    });

    test("takes a second return as nothing to do", async () => {
      await perform([...deliver("r1", { A: "1" }), ...deliver("r2", { A: "2" })]);
      const back: HostRequest = { kind: "return", target: subject().target };
      expect(kinds(await perform([back]))).toEqual(["done"]);
      expect(kinds(await perform([back]))).toEqual(["unchanged"]);
    });
  });
}
