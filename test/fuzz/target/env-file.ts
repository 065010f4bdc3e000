import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { parse as parseDotenv } from "dotenv";
import { dialectNames, dialects, type DialectName, type Entry } from "#dialect";
import { readSource } from "#source";
import { foreignBytes, type Words } from "../bytes.ts";
import { checkFindings, holds, outcomeOf, planted } from "../law.ts";
import type { Room, Target } from "../target.ts";

const assignments: Words = {
  whole: [
    "A=1\nB='two words'\nC=\"x\\ny\"\n# a comment\nexport D=4\n",
    `KEY="-----BEGIN KEY-----\nMIIB+/=\n-----END KEY-----"\nURL=postgres://u:${planted}@h/d?x=1\n`,
    "A=$B\nB=${A:-x}\nC=`id`\nD=a\\\nE=b # c\nF: yes\n",
  ],
  words: "A¦B¦K_1¦export ¦=¦\n¦\nA=¦\nB='¦\nC=\"¦\nD=`¦ #¦\\n¦\\\n¦$A¦${A}¦${A:-¦;",
};

const grammars: Readonly<Partial<Record<DialectName, Words>>> = {
  github: {
    whole: ["A=1\nB<<END\ntwo\nlines\nEND\nC=\n"],
    words: "A¦=¦<<¦END¦\nEND\n¦\nB<<END\n¦\n¦<<\n",
  },
  json: {
    whole: ['{ "A": "1", "B": "two\\nlines", "C": null, "__proto__": "x" }'],
    words: '{¦}¦[¦]¦"A"¦:¦,¦"\\ud800"¦null¦1e999¦"__proto__":¦"\\u0000"',
  },
  k8s: {
    whole: ['{ "kind": "Secret", "data": { "A": "MQ==", "B": "" }, "stringData": { "C": "x" } }'],
    words: '{¦}¦"kind":"Secret"¦"data":¦"stringData":¦"A"¦:¦,¦"MQ=="¦[¦]¦null',
  },
};

export function envFileTargets({ folder }: Room): readonly Target[] {
  return [
    ...dialectNames.map((name) => ({
      name: `dialect-${name}`,
      input: foreignBytes(grammars[name] ?? assignments),
      check: (input: Buffer) => checkDialect(name, input, consumers(folder)[name]),
      runs: name === "sh" ? 40 : 150,
    })),
    {
      name: "source-dotenv",
      input: foreignBytes(assignments),
      check: (input) => checkDotenvSource(folder, input),
      runs: 60,
    },
    {
      name: "source-files",
      input: foreignBytes(assignments),
      check: (input) => checkFileSource(folder, input),
      runs: 60,
    },
  ];
}

/** What the reader finds can be written again, and is then found again; and the real consumer finds the same. */
async function checkDialect(name: DialectName, input: Buffer, consumer: Consumer | undefined): Promise<void> {
  const outcome = await outcomeOf(() => dialects[name].read(input));
  if (outcome.kind === "refused") return;
  const { entries, findings } = outcome.result;
  checkFindings(findings, linesOf(name, input));
  for (const code of new Set(findings.map((finding) => finding.code))) {
    holds(findings.filter((finding) => finding.code === code).length <= 1000, "no more findings than anyone reads");
  }
  const names = entries.map((entry) => entry.name);
  holds(new Set(names).size === names.length, "each name is given once");
  checkWritten(name, entries);
  if (consumer === undefined || findings.some(({ code }) => code === "expands")) return;
  const theirs = consumer(input, findings.length === 0);
  if (theirs === undefined) return;
  const ours = shown(entries.map((entry) => [entry.name, entry.value.reveal().toString("latin1")]));
  holds(ours === theirs, `read as the consumer does: ${theirs}, not ${ours}`);
}

/** What the consumer takes for lines: to some a carriage return alone ends one. */
function linesOf(name: DialectName, input: Buffer): string {
  const text = input.toString("latin1");
  return name === "dotenv" || name === "python" ? text.replaceAll(/\r\n?/g, "\n") : text;
}

function checkWritten(name: DialectName, entries: readonly Entry[]): void {
  const carried = entries.filter((entry) => dialects[name].write([entry]).kind === "written");
  const written = dialects[name].write(carried);
  if (written.kind === "refused") throw new Error("refused together what was accepted one by one");
  const again = dialects[name].read(written.bytes.reveal());
  holds(again.findings.length === 0, "nothing is to be said about what was written");
  holds(shownEntries(again.entries) === shownEntries(carried), "what was written reads as it was");
}

/** The file as a consumer reads it, as text to compare; undefined where it was not asked. */
type Consumer = (input: Buffer, calm: boolean) => string | undefined;

function consumers(folder: string): Readonly<Partial<Record<DialectName, Consumer>>> {
  return {
    node: (input) => shown(utf8(Object.entries(parseEnv(input.toString("utf8"))))),
    dotenv: (input) => shown(utf8(Object.entries(parseDotenv(input)))),
    sh: (input, calm) => (calm ? sourced(join(folder, "sourced.env"), input) : undefined),
  };
}

function utf8(entries: readonly (readonly [string, string | undefined])[]): readonly (readonly [string, string])[] {
  return entries.map(([name, value = ""]) => [name, Buffer.from(value, "utf8").toString("latin1")]);
}

/** Without any command in its PATH: whatever our reader took for an assignment runs nothing. */
function sourced(path: string, input: Buffer): string {
  writeFileSync(path, input);
  const script = 'PATH=; set -a; . "$1" >&2; PATH=; exec /usr/bin/env -0';
  const { stdout, stderr } = spawnSync("sh", ["-c", script, "x", path], { env: {}, stdio: ["ignore", "pipe", "pipe"] });
  holds(stderr.length === 0, "nothing is printed where it is read");
  const pairs = stdout
    .toString("latin1")
    .split("\0")
    .slice(0, -1)
    .map((record) => [record.slice(0, record.indexOf("=")), record.slice(record.indexOf("=") + 1)] as const);
  return shown(pairs);
}

/** A name that no environment can hold is nobody's, and some are the shell's own. */
function shown(entries: readonly (readonly [string, string])[]): string {
  const others = entries.filter(([name]) => name !== "" && !/^(?:PATH|PWD|OLDPWD|SHLVL|_|__proto__)$/.test(name));
  return JSON.stringify(others.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function shownEntries(entries: readonly Entry[]): string {
  return JSON.stringify(entries.map(({ name, value }) => [name, value.reveal().toString("hex")]));
}

async function checkDotenvSource(folder: string, input: Buffer): Promise<void> {
  writeFileSync(join(folder, "source.env"), input, { mode: 0o600 });
  const outcome = await outcomeOf(() => readSource({ kind: "dotenv", path: "source.env" }, contextOf(folder)));
  if (outcome.kind === "read") checkFindings(outcome.result.findings, linesOf("dotenv", input));
}

async function checkFileSource(folder: string, input: Buffer): Promise<void> {
  writeFileSync(join(folder, "A"), input, { mode: 0o600 });
  const outcome = await outcomeOf(() => readSource({ kind: "files", directory: "." }, contextOf(folder)));
  holds(outcome.kind === "read", "a file of any bytes is a value");
  const wanted = input.at(-1) === 10 ? input.subarray(0, -1) : input;
  const [value] = outcome.result.values;
  holds(wanted.length === 0 ? value === undefined : value?.value.reveal().equals(wanted) === true, "it is that value");
}

function contextOf(folder: string) {
  return { names: ["A"], environment: {}, folder, readDotenv: (bytes: Uint8Array) => dialects.dotenv.read(bytes) };
}
