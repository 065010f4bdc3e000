import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Sensitive } from "#kernel";
import type { HostAnswer, HostRequest, TargetAddress } from "#host";
import { encodeController, encodeEnd, encodeRequests } from "../../src/host/wire/encode.ts";
import { drainNotes } from "../../src/host/drain-note.ts";
import { openService } from "./service.ts";
import { controller, fileOf, recordOf, temporaryFolder, type Variables } from "./fixture.ts";
import {
  installHelper,
  me,
  systemdTarget,
  writeShown,
  writeUnit,
  type HelperOptions,
  type HelperPlace,
} from "./helper-fixture.ts";

/** Everything the helper promises for files, records and processes, with the shell and the tools given. */
export function helperSuite(name: string, options: HelperOptions = {}): void {
  let place: HelperPlace;

  beforeEach(() => {
    place = installHelper(options);
  });

  afterEach(() => {
    place.remove();
  });

  describe(`the helper, run by ${name}`, () => {
    test("stages, swaps, restarts and proves what the process carries", async () => {
      const target = systemdTarget(place);
      place.allow([target]);
      writeUnit(place, "w.service", "sleep 60");
      const answers = await place.host.perform(controller, [
        ...deliver({ A: "one", TOKEN: "s3cret" }, "r1"),
        { kind: "restart", target, instance: "", action: "restart" },
        { kind: "verify", target, instance: "", checks: [], deadline: 8000 },
      ]);
      expect(answers.map(({ kind }) => kind)).toEqual(["done", "done", "done", "done"]);
      const [seen] = await place.host.observe([target]);
      expect(seen).toMatchObject({
        owner: { kind: "owned", owner: controller.owner, epoch: 1, lease: 1, auditHead: controller.auditHead },
        record: { release: "r1" },
        file: { kind: "present", owner: me.user, group: me.group, mode: "600", content: "recorded" },
        instances: [{ instance: "", unit: "w.service", state: "active", carries: { kind: "recorded" } }],
      });
      await place.host.perform(controller, deliver({ A: "one", TOKEN: "other" }, "r2"));
      const [stale] = await place.host.observe([target]);
      expect(stale).toMatchObject({ record: { release: "r2" }, previous: { release: "r1" } });
      expect(stale?.instances[0]?.carries).toEqual({ kind: "previous" });
      await place.host.perform(controller, deliver({ A: "one", TOKEN: "third" }, "r3"));
      const [older] = await place.host.observe([target]);
      expect(older?.instances[0]?.carries).toEqual({ kind: "different", names: ["KEYTURN_RELEASE", "TOKEN"] });
    });

    test("does a list of requests that is sent again once more without losing the previous file", async () => {
      const target = systemdTarget(place);
      place.allow([target]);
      await perform(deliver({ A: "1" }, "r1"));
      const second = deliver({ A: "2" }, "r2");
      await perform(second);
      expect(kinds(await perform(second))).toEqual(["unchanged", "unchanged"]);
      expect(kinds(await perform([{ kind: "return", target }]))).toEqual(["done"]);
      expect(readFile()).toBe("A=1\nKEYTURN_RELEASE=r1\n");
      expect(kinds(await perform([{ kind: "return", target }]))).toEqual(["unchanged"]);
      const [seen] = await place.host.observe([target]);
      expect(seen).toMatchObject({ record: { release: "r1" }, file: { content: "recorded" } });
      expect(seen).not.toHaveProperty("previous");
    });

    test("knows after a crash between the two renames of a swap that the file is the new one", async () => {
      const target = systemdTarget(place);
      place.allow([target]);
      await perform(deliver({ A: "1" }, "r1"));
      const second = deliver({ A: "2" }, "r2");
      await perform(second.slice(0, 1));
      const state = join(place.state, target.id);
      renameSync(join(place.folder, "opt", "..env.keyturn-staged"), join(place.folder, "opt", ".env"));
      expect(readdirSync(state)).toContain("staged");
      expect(kinds(await perform(second))).toEqual(["unchanged", "unchanged"]);
      expect((await place.host.observe([target]))[0]).toMatchObject({ record: { release: "r2" } });
    });

    test("does not make a file its own predecessor when someone put the new one there before the swap", async () => {
      const target = systemdTarget(place);
      place.allow([target]);
      for (const release of ["r1", "r2"]) await perform(deliver({ A: release }, release));
      const third = deliver({ A: "r3" }, "r3");
      await perform(third.slice(0, 1));
      writeFileSync(join(place.folder, "opt", ".env"), "A=r3\nKEYTURN_RELEASE=r3\n");
      await perform(third.slice(1));
      await perform([{ kind: "return", target }]);
      expect(readFile()).toBe("A=r1\nKEYTURN_RELEASE=r1\n");
    });

    test("refuses an older lease, an older epoch and another owner before anything is done", async () => {
      const target = systemdTarget(place);
      place.allow([target]);
      const ours = { ...controller, epoch: 2, lease: 5 };
      await place.host.perform(ours, deliver({ A: "1" }, "r1"));
      for (const stale of [{ lease: 4 }, { epoch: 1, lease: 9 }, { owner: "other/lab/store2", lease: 9 }]) {
        const late = place.host.perform({ ...ours, ...stale }, deliver({ A: "2" }, "r2"));
        await expect(late).rejects.toMatchObject({ code: "HOST_FENCED" });
      }
      expect(readFile()).toBe("A=1\nKEYTURN_RELEASE=r1\n");
      expect(kinds(await place.host.perform({ ...ours, epoch: 3, lease: 1 }, deliver({ A: "3" }, "r3")))).toHaveLength(
        2,
      );
    });

    test("refuses a link or a folder in the file's place, and a folder that others may write", async () => {
      const target = systemdTarget(place);
      place.allow([target]);
      const file = join(place.folder, "opt", ".env");
      symlinkSync("/etc/hostname", file);
      expect(await perform(deliver({ A: "1" }, "r1"))).toMatchObject([{ kind: "failed", reason: "refused" }]);
      rmSync(file);
      mkdirSync(file);
      expect(await perform(deliver({ A: "1" }, "r1"))).toMatchObject([{ kind: "failed", reason: "refused" }]);
      rmSync(file, { recursive: true });
      chmodSync(join(place.folder, "opt"), 0o777);
      expect(await perform(deliver({ A: "1" }, "r1"))).toMatchObject([{ kind: "failed", reason: "refused" }]);
    });

    test("refuses a file of which systemd would drop a line, by name, and leaves nothing behind", async () => {
      const target = systemdTarget(place);
      place.allow([target]);
      const file = Sensitive.of("export A=1\nB=2\n");
      const record = recordOf("r1", { A: "1", B: "2" });
      expect(await perform([{ kind: "stage", target, file, record }])).toMatchObject([
        { kind: "failed", reason: "misread", detail: "its systemd reads other values of A" },
      ]);
      // its answer comes before it tidies up
      await expect.poll(() => readdirSync(join(place.folder, "opt")), { timeout: 5000 }).toEqual([]);
      expect(readdirSync(join(place.state, target.id)).filter((name) => name.startsWith("staged"))).toEqual([]);
    });

    test("waits for no pipe in its own state, and says what to move", async () => {
      const target = systemdTarget(place);
      place.allow([target]);
      await perform(deliver({ A: "1" }, "r1"));
      const record = join(place.state, target.id, "record");
      rmSync(record);
      execFileSync("mkfifo", [record]);
      await expect(place.host.observe([target])).rejects.toMatchObject({
        code: "HOST_REFUSED",
        message: expect.stringContaining(`move ${record} away (fifo)`),
      });
    });

    test("names an owner that the machine does not know, and leaves nothing behind", async () => {
      const target = systemdTarget(place);
      if (target.runtime.kind !== "systemd") throw new Error("not a unit");
      const file = { ...target.runtime.file, owner: "nobody-of-that-name" };
      place.allow([{ ...target, runtime: { ...target.runtime, file } }]);
      expect(await perform(deliver({ A: "1" }, "r1"))).toMatchObject([{ kind: "failed", reason: "owner-unknown" }]);
      expect(readdirSync(join(place.folder, "opt"))).toEqual([]);
    });

    test("tells edited, previous and recorded files apart, and a staged leftover is swept", async () => {
      const target = systemdTarget(place);
      place.allow([target]);
      await perform(deliver({ A: "1" }, "r1"));
      await perform(deliver({ A: "2" }, "r2"));
      const file = join(place.folder, "opt", ".env");
      const content = async () => (await place.host.observe([target]))[0]?.file;
      expect(await content()).toMatchObject({ content: "recorded", mode: "600" });
      writeFileSync(file, "A=1\nKEYTURN_RELEASE=r1\n");
      expect(await content()).toMatchObject({ content: "previous" });
      writeFileSync(file, "A=by hand\n");
      chmodSync(file, 0o644);
      expect(await content()).toMatchObject({ content: "edited", mode: "644" });
      await perform(deliver({ A: "3" }, "r3").slice(0, 1));
      expect(readdirSync(join(place.folder, "opt"))).toHaveLength(2);
      expect(
        kinds(
          await perform([
            { kind: "sweep", target },
            { kind: "forget", target },
          ]),
        ),
      ).toEqual(["done", "done"]);
      expect(readdirSync(join(place.folder, "opt"))).toEqual([".env"]);
      expect(await perform([{ kind: "return", target }])).toMatchObject([{ kind: "failed", reason: "no-previous" }]);
    });

    test("names every other place that sets our variables, who wins, and no value", async () => {
      const target = systemdTarget(place, ["a", "b"]);
      place.allow([target]);
      await perform(deliver({ A: "1", B: "2", C: "3", D: "4", E: "5" }, "r1"));
      const at = (name: string) => join(place.folder, name);
      const ours = at("opt/.env");
      writeFileSync(at("before.env"), "A=hidden-1\nOTHER='A\nB=no assignment'\n# C=no\nno assignment either\n");
      writeFileSync(at("behind.env"), '  B = "hidden-2\nD=still quoted" \nX=1\\\nE=continued\n');
      writeFileSync(at("drop.conf"), "[Service]\nEnvironment=C=hidden-3\n");
      mkdirSync(at("work"));
      writeFileSync(at("work/.env"), "E=hidden-5\nELSE=1\n");
      writeShown(place, "w@a.service", [
        `EnvironmentFiles=${at("before.env")} (ignore_errors=no)`,
        `EnvironmentFiles=${ours} (ignore_errors=no)`,
        `EnvironmentFiles=${at("behind*.env")} (ignore_errors=yes)`,
        `Environment=X=1 "C=hidden 3 D=not a name" "Y=two`,
        "",
        `B=lines" FOREIGN=1`,
        `WorkingDirectory=!${at("work")}`,
        `FragmentPath=${at("unit.service")}`,
        `DropInPaths=${at("drop.conf")} ${at("none.conf")}`,
      ]);
      const [seen] = await place.host.observe([target]);
      expect(seen?.instances).toMatchObject([
        {
          instance: "a",
          reads: { files: [at("before.env"), ours, at("behind.env")] },
          shadows: [
            { kind: "file", wins: "ours", path: at("before.env"), names: ["A"] },
            { kind: "file", wins: "theirs", path: at("behind.env"), names: ["B"] },
            { kind: "unit", wins: "ours", path: at("drop.conf"), names: ["C"] },
            { kind: "dotenv", wins: "unknown", path: at("work/.env"), names: ["E"] },
          ],
        },
        { instance: "b", reads: { files: [ours] } },
      ]);
      expect(seen?.instances[1]).not.toHaveProperty("shadows");
      expect(JSON.stringify(seen)).not.toContain("hidden");
    });

    test("tells a unit that does not read our file, and which of its own files says so", async () => {
      const target = systemdTarget(place);
      place.allow([target]);
      await perform(deliver({ A: "1" }, "r1"));
      const other = join(place.folder, "other.env");
      writeFileSync(other, "A=2\n");
      writeFileSync(join(place.folder, "drop.conf"), `[Service]\n  EnvironmentFile = -${other}\n`);
      writeShown(place, "w.service", [
        `EnvironmentFiles=${other} (ignore_errors=yes)`,
        "Environment=A=3",
        `DropInPaths=${place.folder}/drop.conf`,
      ]);
      expect((await place.host.observe([target]))[0]?.instances[0]).toMatchObject({
        reads: { files: [other], saidIn: join(place.folder, "drop.conf") },
        shadows: [
          { kind: "file", wins: "theirs", path: other, names: ["A"] },
          { kind: "unit", wins: "theirs", names: ["A"] },
        ],
      });
    });

    test("finds every file that a killed run may leave, and sweeps them all", async () => {
      const target = systemdTarget(place);
      place.allow([target]);
      await perform(deliver({ A: "1" }, "r1"));
      const [state, opt] = [join(place.state, target.id), join(place.folder, "opt")];
      const seen = async () => (await place.host.observe([target]))[0];
      const lefts = [
        join(opt, "..env.keyturn-staged"),
        join(opt, ".env.d", "r2", "CERT.new"),
        ...["staged", "staged.tmp", "record.tmp", "previous.tmp"].map((name) => join(state, name)),
      ];
      for (const left of lefts) {
        mkdirSync(dirname(left), { recursive: true });
        writeFileSync(left, "A=of a run that was killed\n");
        expect(await seen(), left).toMatchObject({ leftover: true, file: { content: "recorded" } });
        rmSync(left);
        rmSync(join(opt, ".env.d"), { recursive: true, force: true });
      }
      expect(await seen()).not.toHaveProperty("leftover");
      for (const left of lefts) {
        mkdirSync(dirname(left), { recursive: true });
        writeFileSync(left, "A=of a run that was killed\n");
      }
      await perform([{ kind: "sweep", target }]);
      expect(lefts.filter((left) => existsSync(left))).toEqual([]);
      expect(await seen()).not.toHaveProperty("leftover");
    });

    test("reads file and processes for taking over, and never again once it is claimed", async () => {
      const target = systemdTarget(place);
      place.allow([target]);
      writeFileSync(join(place.folder, "opt", ".env"), "A=today\n", { mode: 0o600 });
      const content = await place.host.read(target);
      expect(content.file?.reveal().toString()).toBe("A=today\n");
      expect(kinds(await perform([{ kind: "claim", target, record: recordOf("r1", { A: "today" }) }]))).toEqual([
        "done",
      ]);
      expect((await place.host.observe([target]))[0]).toMatchObject({ file: { content: "recorded" } });
      await expect(place.host.read(target)).rejects.toMatchObject({ code: "HOST_REFUSED" });
    });

    test("gives each reason why an instance is not what it should be", async () => {
      const target = systemdTarget(place, ["a", "b"]);
      place.allow([target]);
      writeUnit(place, "w@a.service", "sh -c 'sleep 0.3; exit 3'");
      await perform(deliver({ A: "1" }, "r1"));
      const restart = { kind: "restart", target, instance: "a", action: "restart" } as const;
      const verify = { kind: "verify", target, instance: "a", checks: [], deadline: 4000 } as const;
      expect((await perform([restart, verify])).at(-1)).toMatchObject({
        reason: "died",
        detail: expect.stringContaining("exit code 3"),
      });
      expect(await perform([{ ...restart, instance: "b" }])).toMatchObject([{ reason: "unit-missing", instance: "b" }]);
      writeUnit(place, "w@a.service", "sleep 60");
      await perform([restart]);
      const second = deliver({ A: "hidden" }, "r2");
      expect((await perform([...second, { ...verify, deadline: 500 }])).at(-1)).toMatchObject({
        reason: "not-restarted",
      });
      const differs = await perform([verify]);
      expect(differs).toMatchObject([
        { reason: "environment-differs", detail: expect.stringContaining("other values of A KEYTURN_RELEASE") },
      ]);
      expect(JSON.stringify(differs)).not.toContain("hidden");
      const closed = [{ kind: "http", url: "http://127.0.0.1:9/health", status: 200, timeout: 200 }] as const;
      const late = await perform([restart, { ...verify, checks: closed, deadline: 600 }]);
      expect(late.at(-1)).toMatchObject({ reason: "unhealthy", detail: "http://127.0.0.1:9/health did not answer" });
      for (const url of ["http://10.0.0.1/", "http://127.0.0.1@10.0.0.1/", "http://127.example.org/"]) {
        const elsewhere = [{ kind: "http", url, status: 200, timeout: 200 }] as const;
        expect(await perform([{ ...verify, checks: elsewhere }])).toMatchObject([{ reason: "refused" }]);
      }
    });

    test("waits for the sign that an instance is idle, as long as it may, and says what it could not see", async () => {
      const target = systemdTarget(place);
      place.allow([target]);
      writeUnit(place, "w.service", "sleep 60");
      await perform([...deliver({ A: "1" }, "r1"), { kind: "restart", target, instance: "", action: "restart" }]);
      const service = await openService();
      const { url } = service;
      type Drain = Extract<HostRequest, { kind: "drain" }>;
      const request = (more: Partial<Drain>): Drain => {
        const by = { kind: "http", url: `${url}/drain` } as const;
        const idle = { url: `${url}/health`, field: "pool.busy" };
        return { kind: "drain", target, instance: "", by, idle, limit: 300, ...more };
      };
      const drain = async (...requests: readonly Drain[]): Promise<readonly string[]> => {
        return (await perform(requests)).map((answer) => {
          if (answer.kind !== "done") throw new Error(JSON.stringify(answer));
          return answer.remark ?? "idle";
        });
      };
      const { busy } = drainNotes;
      const signs: readonly { says: unknown; is?: string | number | boolean; seen: string }[] = [
        ...[false, 0, null, "idle"].map((value) => {
          return {
            says: { calls: [{ busy: true }], busy: true, pool: { other: { busy: 1 }, busy: value } },
            seen: "idle",
          };
        }),
        ...[true, 1, "", "no", '"busy":false'].map((value) => {
          const pool = { list: [{ busy: 0 }], busy: value, text: '{"pool":{"busy":0}}' };
          return { says: { busy: false, pool }, seen: busy };
        }),
        ...[true, -3, "drained"].flatMap((is) => [
          { says: { pool: { busy: is } }, is, seen: "idle" },
          { says: { pool: { busy: is } }, seen: busy },
        ]),
        { says: { pool: [{ busy: 0 }] }, seen: drainNotes.unheard },
      ];
      for (const [at, { says }] of signs.entries()) service.says(says, `/health/${at}`);
      const asked = signs.map(({ is }, at) => {
        return request({
          idle: { url: `${url}/health/${at}`, field: "pool.busy", ...(is === undefined ? {} : { is }) },
        });
      });
      expect(await drain(...asked)).toEqual(signs.map(({ seen }) => seen));
      service.says({ pool: { busy: 0 } });
      expect(await drain(request({ by: { kind: "http", url: `${url}/elsewhere` } }))).toEqual([drainNotes.unasked]);
      const later = drain(request({ limit: 5000 }));
      service.says({ pool: { busy: 2 } });
      setTimeout(() => service.says({ pool: { busy: 0 } }), 500);
      expect(await later).toEqual(["idle"]);
      expect(service.asked).toContain("POST /drain");
      for (const elsewhere of ["http://10.0.0.1/", "https://127.0.0.1/", "http://127.0.0.1@10.0.0.1/"]) {
        const wrong = { kind: "drain", target, instance: "", by: { kind: "http", url: elsewhere }, limit: 1 } as const;
        expect(await perform([wrong])).toMatchObject([{ reason: "refused" }]);
      }
      const signal = {
        kind: "drain",
        target,
        instance: "",
        by: { kind: "signal", signal: "SIGSTOP" },
        limit: 1,
      } as const;
      await expect(perform([signal])).rejects.toMatchObject({ code: "HOST_ANSWER_BROKEN" });
      service.close();
    }, 120_000);

    test("waits for the answer to a drain that has no other sign, and no longer than its limit", async () => {
      const target = systemdTarget(place);
      place.allow([target]);
      writeUnit(place, "w.service", "sleep 60");
      await perform([...deliver({ A: "1" }, "r1"), { kind: "restart", target, instance: "", action: "restart" }]);
      const service = await openService(700);
      const by = { kind: "http", url: `${service.url}/drain` } as const;
      const drain = { kind: "drain", target, instance: "", by, limit: 5000 } as const;
      const begin = performance.now();
      expect(await perform([drain])).toEqual([{ kind: "done", request: "drain", target: target.id, instance: "" }]);
      expect(performance.now() - begin).toBeGreaterThan(690);
      // whole seconds are what busybox knows
      expect(await perform([{ ...drain, limit: 100 }])).toMatchObject([
        { kind: "done", ...(options.tools === undefined ? { remark: drainNotes.busy } : {}) },
      ]);
      service.close();
    });

    test("takes an instance for reloaded when it reports the record's release, and not before", async () => {
      const target = systemdTarget(place);
      place.allow([target]);
      writeUnit(place, "w.service", "sh -c 'trap : HUP; while :; do sleep 0.1; done'");
      const service = await openService();
      const checks = [
        { kind: "http", url: `${service.url}/health`, status: 200, timeout: 1000, release: "release" },
      ] as const;
      const verify = { kind: "verify", target, instance: "", checks, deadline: 700 } as const;
      service.says({ release: "r1" });
      const restart = { kind: "restart", target, instance: "", action: "restart" } as const;
      expect(kinds(await perform([...deliver({ A: "1" }, "r1"), restart, verify])).at(-1)).toBe("done");
      const before = (await place.host.observe([target]))[0]?.instances[0]?.invocation;
      const reload = { ...restart, action: "reload" } as const;
      const late = await perform([...deliver({ A: "2" }, "r2"), reload, verify]);
      const detail = `${service.url}/health reports r1, expected r2`;
      expect(late.at(-1)).toMatchObject({ kind: "failed", request: "verify", reason: "unhealthy", detail });
      service.says({ inner: { release: "r2" }, release: "not for the log" });
      expect((await perform([reload, verify])).at(-1)).toMatchObject({
        detail: `${service.url}/health reports no release, expected r2`,
      });
      service.says({ release: "r2" });
      expect(kinds(await perform([reload, verify]))).toEqual(["done", "done"]);
      expect((await place.host.observe([target]))[0]?.instances[0]?.invocation).toBe(before);
      // a file that was taken over has no label, so its service can report none
      writeFileSync(join(place.folder, "opt", ".env"), "A=2\n");
      service.says({ release: null });
      await perform([{ kind: "claim", target, record: recordOf("r3", { A: "2" }) }]);
      expect(kinds(await perform([restart, { ...verify, deadline: 3000 }]))).toEqual(["done", "done"]);
      service.close();
    });

    test("runs prepare commands word by word, and nothing that is not on the allowlist", async () => {
      const target = systemdTarget(place);
      const say = ["sh", "-c", 'printf "%s|" "$@" >out', "x", "two words", "a;b $HOME 'q' \"d\" \\\\ é*", "-n"];
      const command = { target: target.id, user: me.user, directory: place.folder };
      place.allow(
        [target],
        [
          { ...command, index: 0, command: say },
          { ...command, index: 1, command: ["false"] },
        ],
      );
      const answers = await perform([0, 1, 2].map((index) => ({ kind: "prepare", target, index })));
      expect(answers).toMatchObject([{ kind: "done" }, { kind: "failed", reason: "command-failed" }]);
      expect(readFileSync(join(place.folder, "out"), "utf8")).toBe(`${say.slice(4).join("|")}|`);
      expect(await perform([{ kind: "prepare", target, index: 2 }])).toMatchObject([{ reason: "refused" }]);
    });

    test("publishes a site by one switch, goes back, and refuses an archive that reaches outside", async () => {
      const path = join(place.folder, "opt", "site");
      mkdirSync(path, { mode: 0o755 });
      const runtime = { kind: "site", path, owner: me.user, group: me.group } as const;
      const target: TargetAddress = { id: "console@here", service: "console", runtime };
      place.allow([target]);
      const publication = (id: string, archive: Buffer): HostRequest => {
        return { kind: "publish", target, id, archive, record: recordOf(`r-${id}`, {}) };
      };
      const publish = (id: string, archive: Buffer) => perform([publication(id, archive)]);
      expect(kinds(await publish("one", archiveOf({ "index.html": "one" })))).toEqual(["done"]);
      expect(kinds(await publish("two", archiveOf({ "index.html": "two" })))).toEqual(["done"]);
      expect(readFileSync(join(path, "current", "index.html"), "utf8")).toBe("two");
      expect((await place.host.observe([target]))[0]).toMatchObject({
        record: { release: "r-two" },
        previous: { release: "r-one" },
        file: { kind: "present", content: "recorded" },
      });
      expect(kinds(await perform([{ kind: "return", target }]))).toEqual(["done"]);
      expect(readFileSync(join(path, "current", "index.html"), "utf8")).toBe("one");
      const links = archiveOf({ "index.html": "x", link: null });
      expect(await publish("three", links)).toMatchObject([{ kind: "failed", reason: "refused" }]);
      const more = ["four", "five", "six", "seven"].map((id) => publication(id, archiveOf({ "index.html": id })));
      expect(kinds(await perform(more))).toEqual(["done", "done", "done", "done"]);
      expect(readdirSync(join(path, "releases")).length).toBeLessThanOrEqual(3);
    });

    test("is whole after being killed at any moment, and the next run leaves nothing behind", async () => {
      const target = systemdTarget(place);
      place.allow([target]);
      await perform(deliver({ A: "0" }, "r0"));
      let last = 0;
      for (let round = 1; round <= 25; round += 1) {
        const requests = deliver({ A: String(round), FILL: "x".repeat(5000) }, `r${round}`);
        const child = spawn(place.shell, [place.path], { stdio: ["pipe", "ignore", "ignore"] });
        child.stdin.on("error", () => {});
        const input = [...encodeController(controller, requests), ...encodeRequests(requests), ...encodeEnd()];
        for (const part of input) child.stdin.write(part);
        child.stdin.end();
        setTimeout(() => child.kill("SIGKILL"), round * 6);
        await once(child, "exit");
        const found = /^A=(\d+)\n(?:FILL=x{5000}\n)?KEYTURN_RELEASE=r\1\n$/.exec(readFile());
        expect(found, "a torn file").not.toBeNull();
        // a program that the killed helper had started may still end its work: one rename at the most
        expect([last, round - 1, round]).toContain(Number(found?.[1]));
        last = Number(found?.[1]);
        if (round % 5 !== 0) continue;
        await perform(requests);
        last = round;
        expect((await place.host.observe([target]))[0]).toMatchObject({
          record: { release: `r${round}` },
          file: { content: "recorded", mode: "600" },
        });
        expect(readdirSync(join(place.folder, "opt"))).toEqual([".env"]);
        expect(readdirSync(join(place.state, target.id)).filter((name) => name.endsWith(".tmp"))).toEqual([]);
      }
    });

    /** A helper that has done what it was asked, and waits for more with the lock. */
    const holdLock = async (target: TargetAddress) => {
      const holder = spawn(place.shell, [place.path], { stdio: ["pipe", "pipe", "ignore"] });
      const requests: HostRequest[] = [{ kind: "swap", target }];
      for (const part of [...encodeController(controller, requests), ...encodeRequests(requests)]) {
        holder.stdin.write(part);
      }
      await expect.poll(() => holder.stdout.read()?.toString() ?? "", { timeout: 3000 }).toContain("unchanged swap");
      return holder;
    };

    test("lets one controller at a time work on a target, and frees the target of one that was killed", async () => {
      const target = systemdTarget(place);
      place.allow([target]);
      await perform(deliver({ A: "1" }, "r1"));
      const holder = await holdLock(target);
      await expect(perform([{ kind: "sweep", target }])).rejects.toMatchObject({ code: "LEASE_HELD" });
      holder.kill("SIGKILL");
      await once(holder, "exit");
      expect(kinds(await perform([{ kind: "sweep", target }]))).toEqual(["done"]);
    });

    test("ends an older run of the same store that waits with the lock, and never another store's", async () => {
      const target = systemdTarget(place);
      place.allow([target]);
      await perform(deliver({ A: "1" }, "r1"));
      const holder = await holdLock(target);
      const sweep = { kind: "sweep", target } as const;
      await expect(place.host.perform({ ...controller, owner: "another" }, [sweep])).rejects.toMatchObject({
        code: "LEASE_HELD",
      });
      const gone = once(holder, "exit");
      const newer = { ...controller, lease: controller.lease + 1 };
      expect(kinds(await place.host.perform(newer, [sweep]))).toEqual(["done"]);
      await gone;
      await expect(perform([sweep])).rejects.toMatchObject({ code: "HOST_FENCED" });
    });

    test("stops when its controller is cancelled, and does not do what would have come next", async () => {
      const target = systemdTarget(place);
      place.allow([target]);
      writeUnit(place, "w.service", "sleep 60");
      const checks = [{ kind: "http", url: "http://127.0.0.1:9/", status: 200, timeout: 100 }] as const;
      const cancel = new AbortController();
      const hanging = place.host.perform(
        controller,
        [
          ...deliver({ A: "1" }, "r1"),
          { kind: "restart", target, instance: "", action: "restart" },
          { kind: "verify", target, instance: "", checks, deadline: 20_000 },
          ...deliver({ A: "2" }, "r2"),
        ],
        {
          signal: cancel.signal,
          onAnswer: ({ request }) => request === "restart" && cancel.abort(new Error("ctrl-c")),
        },
      );
      await expect(hanging).rejects.toThrow("ctrl-c");
      expect(kinds(await perform([{ kind: "sweep", target }]))).toEqual(["done"]);
      expect((await place.host.observe([target]))[0]).toMatchObject({ record: { release: "r1" } });
    });

    test("puts file variables into root's own folders, private, and follows no link there", async () => {
      const target = systemdTarget(place);
      place.allow([target]);
      const content = randomBytes(100_000);
      const attach = (release: string) => {
        return perform([{ kind: "attach", target, release, name: "CERT", content: Sensitive.of(content) }]);
      };
      const folder = join(place.folder, "opt", ".env.d");
      expect(kinds(await attach("r1"))).toEqual(["done"]);
      expect(readFileSync(join(folder, "r1", "CERT")).equals(content)).toBe(true);
      const modes = [folder, join(folder, "r1"), join(folder, "r1", "CERT")].map((path) => statSync(path).mode & 0o777);
      expect(modes).toEqual([0o755, 0o755, 0o600]);
      symlinkSync("/tmp", join(folder, "r2"));
      expect(await attach("r2")).toMatchObject([{ kind: "failed", reason: "refused" }]);
      mkdirSync(join(folder, "r3"), { mode: 0o755 });
      symlinkSync(join(place.folder, "elsewhere"), join(folder, "r3", "CERT"));
      expect(await attach("r3")).toMatchObject([{ kind: "failed", reason: "refused" }]);
      mkdirSync(join(folder, "r4"));
      chmodSync(join(folder, "r4"), 0o777);
      expect(await attach("r4")).toMatchObject([{ kind: "failed", reason: "refused" }]);
      expect(existsSync(join(place.folder, "elsewhere"))).toBe(false);
      rmSync(folder, { recursive: true });
      symlinkSync("/tmp", folder);
      expect(await attach("r1")).toMatchObject([{ kind: "failed", reason: "refused" }]);
    });

    test("keeps the file variables of a service that shares its file, whoever is swapped or swept", async () => {
      const target = systemdTarget(place);
      const other = { ...target, id: "relay@here" };
      place.allow([target, other]);
      const attach = { kind: "attach", target, release: "r1", name: "CERT", content: Sensitive.of("x") } as const;
      await perform([attach, ...deliver({ A: "1" }, "r1")]);
      await perform([{ kind: "sweep", target: other }]);
      expect((await place.host.observe([target]))[0]).toMatchObject({ file: { content: "recorded" } });
      await perform([{ kind: "sweep", target }]);
      expect((await place.host.observe([target]))[0]).toMatchObject({ file: { content: "recorded" } });
    });

    test("takes a large file whole", async () => {
      const target = systemdTarget(place);
      place.allow([target]);
      const file = Sensitive.of(randomBytes(300_000));
      const record = recordOf("r1", {});
      expect(
        kinds(
          await perform([
            { kind: "stage", target, file, record },
            { kind: "swap", target },
          ]),
        ),
      ).toHaveLength(2);
      expect(file.equals(Sensitive.of(readFileSync(join(place.folder, "opt", ".env"))))).toBe(true);
    });

    test("is unprepared when the allowlist is open to others, and knows no target beyond it", async () => {
      const target = systemdTarget(place);
      place.allow([target]);
      const other = { ...target, id: "dialler@here" };
      await expect(place.host.observe([other])).rejects.toMatchObject({ code: "HOST_UNPREPARED" });
      chmodSync(join(place.folder, "etc", "targets"), 0o666);
      await expect(place.host.observe([target])).rejects.toMatchObject({ code: "HOST_UNPREPARED" });
    });
  });

  function perform(requests: readonly HostRequest[]): Promise<readonly HostAnswer[]> {
    return place.host.perform(controller, requests);
  }

  function kinds(answers: readonly HostAnswer[]): readonly string[] {
    return answers.map(({ kind }) => kind);
  }

  function readFile(): string {
    return readFileSync(join(place.folder, "opt", ".env"), "utf8");
  }

  function deliver(variables: Variables, release: string): HostRequest[] {
    const target = systemdTarget(place);
    const all = { ...variables, KEYTURN_RELEASE: release };
    return [
      { kind: "stage", target, file: fileOf(all), record: recordOf(release, all) },
      { kind: "swap", target },
    ];
  }
}

/** A tar of these files; a name without content is a link. */
function archiveOf(files: Readonly<Record<string, string | null>>): Buffer {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    if (content === null) symlinkSync("/etc", join(folder, name));
    else writeFileSync(join(folder, name), content);
  }
  const archive = execFileSync("tar", ["-c", "-C", folder, ...Object.keys(files)]);
  rmSync(folder, { recursive: true });
  return archive;
}
