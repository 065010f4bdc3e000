import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { PassThrough, type Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AppError } from "#kernel";
import { helperVersion, type HostRequest, type TargetAddress } from "#host";
import { createConnectionLimit } from "../../src/host/connection-limit.ts";
import { openHelperHost } from "../../src/host/wire/host.ts";
import { printable } from "../../src/host/printable.ts";
import { controller, fileOf, recordOf } from "./fixture.ts";

const greeting = `keyturn-host ${helperVersion} ${"a".repeat(64)}`;
const runtime = { kind: "site", path: "/srv/console", owner: "root", group: "root" } as const;
const target: TargetAddress = { id: "console@h", service: "console", runtime };
const swap: HostRequest = { kind: "swap", target };

describe("a machine's answers", () => {
  test("are found behind whatever a login prints before the greeting", async () => {
    const said = [
      "Welcome!",
      "keyturn-host is great",
      "\u001B[31mmotd\u001B[0m",
      `without an end of line${greeting}`,
      "done swap console@h -",
      "bye",
    ];
    expect(await answering(said).perform(controller, [swap])).toEqual([
      { kind: "done", request: "swap", target: "console@h" },
    ]);
  });

  test("may have a remark, which reaches nobody raw", async () => {
    const said = [greeting, "done swap console@h - not proved\u001B[31m", "bye"];
    expect(await answering(said).perform(controller, [swap])).toMatchObject([
      { kind: "done", remark: "not proved\\u{1b}[31m" },
    ]);
  });

  test("are refused when they name another request, are too many, or too few", async () => {
    const wrong = [
      ["done stage console@h -", "bye"],
      ["done swap other@h -", "bye"],
      ["done swap console@h -", "done swap console@h -", "bye"],
      ["bye"],
      ["failed swap console@h - because of this", "bye"],
      ["hello there"],
    ];
    for (const lines of wrong) {
      const call = answering([greeting, ...lines]).perform(controller, [swap]);
      await expect(call).rejects.toMatchObject({ code: "HOST_ANSWER_BROKEN" });
    }
  });

  test("of another version of the helper say which side to update", async () => {
    const older = answering([greeting.replace(/ \d+ /, " 0 ")]).observe([target]);
    await expect(older).rejects.toMatchObject({
      code: "HOST_UNPREPARED",
      hint: expect.stringContaining("hosts prepare"),
    });
    const newer = answering([greeting.replace(/ \d+ /, " 999 ")]).observe([target]);
    await expect(newer).rejects.toMatchObject({ code: "HOST_UNPREPARED", hint: expect.stringContaining("update") });
  });

  test("get nothing secret before the greeting", async () => {
    const record = recordOf("r1", { A: "1" });
    const stage: HostRequest = { kind: "stage", target, file: fileOf({ A: "never-sent" }), record };
    // ends by itself only when its stdin ends, and tells how much came
    const count =
      "process.stdin.resume(); setTimeout(() => { console.error(process.stdin.bytesRead); process.exit(1); }, 300)";
    const call = answeringWith(count).perform(controller, [stage]);
    await expect(call).rejects.toMatchObject({ message: "it ended: 0" });
  });

  test("that never come are a lost machine, and those cut off are told as lost too", async () => {
    await expect(answering([greeting]).perform(controller, [swap])).rejects.toMatchObject({
      code: "HOST_UNREACHABLE",
      message: "the connection to the helper on h was lost",
    });
    await expect(answering([]).observe([target])).rejects.toMatchObject({ message: "it ended: " });
  });

  test("never break us, and never reach a terminal raw", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: "binary" }), { maxLength: 4 }), async (lines) => {
        for (const call of [
          () => answering([greeting, ...lines]).observe([target]),
          () => answering([greeting, ...lines]).perform(controller, [swap]),
        ]) {
          const error = await call().then(
            () => undefined,
            (error: unknown) => error,
          );
          if (error === undefined) continue;
          expect(error).toBeInstanceOf(AppError);
          expect((error as AppError).message).toMatch(/^[^\p{Cc}\p{Cf}]{0,600}$/u);
        }
      }),
      { numRuns: 8 },
    );
  });

  test("are observations only when every field has its form", async () => {
    const block = (file: string) => [greeting, "target console@h", file, "observed console@h", "bye"];
    expect(await answering(block("file missing")).observe([target])).toEqual([
      { target: "console@h", owner: { kind: "none" }, file: { kind: "missing" }, instances: [] },
    ]);
    for (const file of [
      "file present root root 999 1 recorded",
      "file present root root 600 1 fine",
      "file present root ro\u001Bot 600 1 recorded",
      "instance - x.service alive 1 - - unknown",
      "owner a b",
    ]) {
      await expect(answering(block(file)).observe([target])).rejects.toMatchObject({ code: "HOST_ANSWER_BROKEN" });
    }
  });
});

describe("the stream of a look", () => {
  const look = ["target console@h", "file missing", "observed console@h"];
  const record = recordOf("r1", { A: "1" });
  const stage: HostRequest = { kind: "stage", target, file: fileOf({ A: "1" }), record };

  test("takes what is sent behind it, without another start", async () => {
    const { host, starts } = listening([look, ["done swap console@h -"], ["bye"]]);
    await host.observe([target]);
    expect(await host.perform(controller, [swap])).toMatchObject([{ kind: "done" }]);
    expect(starts()).toBe(1);
    // that one has said bye
    await host.observe([target]);
    expect(starts()).toBe(2);
    await host.close();
  });

  test("is not used again when it has ended, or said what nobody asked for", async () => {
    for (const [last, pause] of [
      ["end", 300],
      ["surprise", 100],
    ] as const) {
      const { host, starts } = listening([[...look, last]]);
      await host.observe([target]);
      await sleep(pause);
      await host.observe([target]);
      expect(starts(), last).toBe(2);
      await host.close();
    }
  });

  test("ends with the host", async () => {
    const { host, children } = listening([look]);
    await host.observe([target]);
    const ended = once(children[0] ?? expect.fail(), "close");
    await host.close();
    await ended;
  });

  test("that breaks behind it is a lost machine, as any other", async () => {
    const { host } = listening([look, ["end"]]);
    await host.observe([target]);
    await expect(host.perform(controller, [stage])).rejects.toMatchObject({ code: "HOST_UNREACHABLE" });
    await host.close();
  });
});

describe("what a machine says of other places", () => {
  const head = [
    greeting,
    "target console@h",
    "file present root root 600 1 edited",
    "instance a x@a.service active 1 - - recorded",
  ];
  const tail = ["observed console@h", "bye"];

  test("belongs to its instance and its file", async () => {
    const lines = [
      "foreign MINE OTHER",
      "rewritten",
      "reads a /etc/x.service /opt/.env /etc/?odd.env",
      "shadow a file theirs /etc/?odd.env A B",
      "shadow a unit ours - A",
    ];
    expect(await answering([...head, ...lines, ...tail]).observe([target])).toMatchObject([
      {
        file: { content: "edited", rewritten: true, foreign: ["MINE", "OTHER"] },
        instances: [
          {
            reads: { files: ["/opt/.env", "/etc/?odd.env"], saidIn: "/etc/x.service" },
            shadows: [
              { kind: "file", wins: "theirs", path: "/etc/?odd.env", names: ["A", "B"] },
              { kind: "unit", wins: "ours", names: ["A"] },
            ],
          },
        ],
      },
    ]);
    expect(await answering([...head, "foreign", "reads a -", ...tail]).observe([target])).toMatchObject([
      { instances: [{ reads: { files: [] } }] },
    ]);
  });

  test("is refused in any other form, and without bound", async () => {
    for (const lines of [
      ["foreign A=secret"],
      ["foreign \u001B[31m"],
      ["reads b - /opt/.env"],
      ["reads a"],
      ["reads a - /opt/$(id)"],
      ["shadow a file theirs /etc/x.env"],
      ["shadow a file mine /etc/x.env A"],
      ["shadow a other theirs /etc/x.env A"],
      ["shadow a file theirs /etc/x.env A=1"],
      [`reads a - ${"/x ".repeat(101)}`],
      Array.from({ length: 101 }, () => "shadow a file theirs /x A"),
    ]) {
      const call = answering([...head, ...lines, ...tail]).observe([target]);
      await expect(call, lines[0]).rejects.toMatchObject({ code: "HOST_ANSWER_BROKEN" });
    }
  });
});

test("text from a machine is one bounded printable line", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(printable(text, 50)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
      expect(printable(text, 50).length).toBeLessThanOrEqual(51 * 10);
    }),
  );
});

/** A helper that says these lines, reads what comes and ends. */
function answering(lines: readonly string[]) {
  const text = JSON.stringify(lines.map((line) => `${line}\n`).join(""));
  return answeringWith(
    `process.stdin.resume(); process.stdout.write(${text}, () => setTimeout(() => process.exit(1), 50))`,
  );
}

/** A helper that says the next of these whenever something comes; at `end` it ends. */
function listening(says: readonly (readonly string[])[]) {
  const program = `
    const says = ${JSON.stringify(says)};
    process.stdout.write(${JSON.stringify(`${greeting}\n`)});
    process.stdin.on("data", () => {
      for (const line of says.shift() ?? []) line === "end" ? process.exit(1) : process.stdout.write(line + "\\n");
    });`;
  const children: ChildProcess[] = [];
  const host = openHelperHost({
    connection: {
      host: "h",
      start: async () => {
        const child = spawn(process.execPath, ["-e", program]);
        children.push(child);
        return child;
      },
      explain: async () => new AppError("HOST_UNREACHABLE", "it ended"),
    },
    run: async () => ({ kind: "exited", code: 0 }),
    dial: async () => Promise.reject(new Error("not asked for")),
    close: async () => {},
  });
  return { host, children, starts: () => children.length };
}

test("a stream to a port counts as a connection of its machine until it is closed", async () => {
  const opened: Duplex[] = [];
  const host = openHelperHost({
    connection: {
      host: "h",
      start: async () => Promise.reject(new Error("not asked for")),
      explain: async () => new AppError("HOST_UNREACHABLE", "it ended"),
    },
    limit: createConnectionLimit(2),
    run: async () => ({ kind: "exited", code: 0 }),
    dial: async () => {
      const stream = new PassThrough();
      opened.push(stream);
      return stream;
    },
    close: async () => {},
  });
  const streams = await Promise.all([host.dial(80), host.dial(80)]);
  let ran = false;
  const call = host.run(["true"], { timeout: 1000 }).then(() => (ran = true));
  const third = host.dial(81);
  await sleep(20);
  expect(ran).toBe(false);
  streams[0]?.destroy();
  await call;
  expect(await third).toBe(opened[2]);
});

test("a port that can't be dialled keeps no connection", async () => {
  const host = openHelperHost({
    connection: {
      host: "h",
      start: async () => Promise.reject(new Error("not asked for")),
      explain: async () => new AppError("HOST_UNREACHABLE", "it ended"),
    },
    limit: createConnectionLimit(1),
    run: async () => ({ kind: "exited", code: 0 }),
    dial: async () => Promise.reject(new Error("no way")),
    close: async () => {},
  });
  await expect(host.dial(80)).rejects.toThrow("no way");
  await expect(host.dial(80)).rejects.toThrow("no way");
});

function answeringWith(program: string) {
  return openHelperHost({
    connection: {
      host: "h",
      start: async () => spawn(process.execPath, ["-e", program]),
      explain: async (_code, complaint) => new AppError("HOST_UNREACHABLE", `it ended: ${complaint.trim()}`),
    },
    run: async () => ({ kind: "exited", code: 0 }),
    dial: async () => Promise.reject(new Error("not asked for")),
    close: async () => {},
  });
}
