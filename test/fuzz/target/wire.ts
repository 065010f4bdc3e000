import type { ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { EventEmitter } from "node:events";
import { PassThrough, Writable } from "node:stream";
import type { HostRequest, TargetAddress } from "#host";
import { helperVersion } from "#host";
import { AppError } from "#kernel";
import { eachLine } from "../../../src/host/run-command.ts";
import { printable } from "../../../src/host/printable.ts";
import { openHelperHost } from "../../../src/host/wire/host.ts";
import { foreignBytes, type Words } from "../bytes.ts";
import { holds, outcomeOf, type Outcome } from "../law.ts";
import type { Target } from "../target.ts";

const runtime = { kind: "site", path: "/srv/console", owner: "root", group: "root" } as const;
const target: TargetAddress = { id: "console@h", service: "console", runtime };
const requests: readonly HostRequest[] = [
  { kind: "swap", target },
  { kind: "restart", target, instance: "1", action: "restart" },
];
const controller = { owner: "p/e/s", epoch: 1, lease: 1, auditHead: "" };
const greeting = `keyturn-host ${helperVersion} ${"a".repeat(64)}\n`;

const answers: Words = {
  whole: [
    `${greeting}done swap console@h -\nunchanged restart console@h 1\nbye\n`,
    `welcome\n${greeting}waiting\nfailed swap console@h - no-space on the disk\n`,
    `${greeting}fenced console@h q/e/s 2 3\n`,
    `${greeting}target console@h\nowner p/e/s 1 2 -\nrecord r1 abc\nprevious r0 abd\nfile present root root 600 1700000000 recorded\ninstance 1 w@1.service active 12 abc 1700000000000 different A B\nobserved console@h\nbye\n`,
    `${greeting}content QT0xCg==\nprocess - QT0xAA==\ncontent-end\nbye\n`,
  ],
  words:
    `${greeting}¦done ¦unchanged ¦failed ¦swap ¦restart ¦console@h ¦- ¦1 ¦\n¦\r\n¦bye\n¦waiting\n¦` +
    "busy console@h\n¦unlisted x\n¦unprepared x\n¦malformed\n¦fence ¦observe ¦read ¦fenced ¦" +
    "target console@h\n¦observed console@h\n¦owner ¦record ¦file missing\n¦file present root root 600 ¦" +
    "instance - w.service active 1 - - ¦reader compose\n¦content ¦process ¦content-end\n¦QT0x¦" +
    "different ¦unknown\n¦ 999999999999999 ",
};

const output: Words = {
  whole: ["one\ntwo\r\nthree", "\u001b[31mred\u001b[0m\n\tindented\n", `${"long ".repeat(700)}\nend\n`],
  words: `a¦\n¦\r\n¦\t¦é¦🔑¦\u001b]0;title\u0007¦${"x".repeat(1000)}¦word `,
};

export const wireTargets: readonly Target[] = [
  { name: "helper-answers", input: foreignBytes(answers), check: checkAnswers, runs: 60 },
  { name: "printable", input: foreignBytes(output), check: checkPrintable, runs: 150 },
  { name: "command-output", input: foreignBytes(output), check: checkOutput, runs: 100 },
];

/** However a stream is cut, it says the same; and whatever it says ends as an answer or as an error of the table. */
async function checkAnswers(input: Buffer): Promise<void> {
  for (const call of ["perform", "observe", "read"] as const) {
    const whole = await said(call, [input]);
    const inPieces = await said(call, pieces(input));
    holds(JSON.stringify(whole) === JSON.stringify(inPieces), `${call} does not depend on how the stream is cut`);
  }
}

async function said(call: "perform" | "observe" | "read", chunks: readonly Buffer[]): Promise<unknown> {
  const host = openHelperHost({
    connection: {
      host: "h",
      start: () => Promise.resolve(speaker(chunks)),
      explain: (_, complaint) => Promise.resolve(new AppError("HOST_UNREACHABLE", `it ended: ${printable(complaint)}`)),
    },
    run: () => Promise.resolve({ kind: "exited", code: 0 }),
    dial: () => Promise.reject(new Error("not asked for")),
    close: () => Promise.resolve(),
  });
  const outcome = await outcomeOf<unknown>(() => {
    if (call === "perform") return host.perform(controller, requests);
    return call === "observe" ? host.observe([target]) : host.read(target);
  });
  return summary(outcome);
}

function summary(outcome: Outcome<unknown>): unknown {
  return outcome.kind === "read"
    ? outcome
    : { kind: outcome.kind, code: outcome.error.code, message: outcome.error.message };
}

/** A helper that says these bytes and ends, without a process. */
function speaker(chunks: readonly Buffer[]): ChildProcess {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const stdin = new Writable({ write: (_chunk, _encoding, done) => done() });
  const child = Object.assign(new EventEmitter(), { stdin, stdout, stderr, kill: () => true });
  stdout.once("end", () => setImmediate(() => child.emit("close", 1)));
  for (const chunk of chunks) stdout.write(chunk);
  stdout.end();
  return child as unknown as ChildProcess;
}

/** Cut at places that only the input decides, so that a finding comes again. */
function pieces(input: Buffer): readonly Buffer[] {
  const places = [...createHash("sha256").update(input).digest()].map((byte) => byte % 29);
  const cut: Buffer[] = [];
  for (let at = 0, turn = 0; at < input.length; turn += 1) {
    const length = 1 + (places[turn % places.length] ?? 0);
    cut.push(input.subarray(at, at + length));
    at += length;
  }
  return cut;
}

function checkPrintable(input: Buffer): void {
  for (const limit of [1, 50, 400]) {
    const shown = printable(input.toString("utf8"), limit);
    holds(!/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\u2028\u2029]/u.test(shown), "nothing in it acts on a terminal");
    holds(shown.length <= 10 * (limit + 1), "it is bounded");
  }
}

async function checkOutput(input: Buffer): Promise<void> {
  const whole = await linesOf([input]);
  for (const line of whole) {
    holds(!/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\u2028\u2029]/u.test(line), "nothing in a line acts on a terminal");
    holds(line.length <= 21_000, "a line is bounded");
  }
  holds(
    JSON.stringify(whole) === JSON.stringify(await linesOf(pieces(input))),
    "lines do not depend on how output is cut",
  );
}

async function linesOf(chunks: readonly Buffer[]): Promise<readonly string[]> {
  const stream = new PassThrough();
  const lines: string[] = [];
  eachLine([stream], { onLine: (line) => lines.push(line) });
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  await new Promise((resolve) => stream.once("close", resolve));
  return lines;
}
