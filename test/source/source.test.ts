import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Sensitive } from "#kernel";
import { combineSources, readSource, type SourceContext, type SourceReading } from "#source";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "keyturn-source-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** a grammar as small as can be: the room does not know any */
const readDotenv: SourceContext["readDotenv"] = (bytes) => ({
  entries: Buffer.from(bytes)
    .toString()
    .split("\n")
    .filter((line) => line.includes("="))
    .map((line) => ({
      name: line.slice(0, line.indexOf("=")),
      value: Sensitive.of(line.slice(line.indexOf("=") + 1)),
    })),
  findings: [],
});

const context = (names: readonly string[], more: Partial<SourceContext> = {}): SourceContext => ({
  names,
  environment: {},
  folder,
  readDotenv,
  ...more,
});

const clear = (reading: SourceReading) =>
  Object.fromEntries(reading.values.map(({ name, value }) => [name, value.reveal().toString("latin1")]));
const codes = (reading: SourceReading) => reading.findings.map(({ severity, code }) => `${severity} ${code}`);

function write(name: string, text: string, mode = 0o600): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

test("only the names asked for are taken from the environment", async () => {
  const environment = { JWT_SECRET: "a", HOME: "/root", UNSET: undefined };
  const reading = await readSource(
    { kind: "environment" },
    context(["JWT_SECRET", "UNSET", "toString"], { environment }),
  );
  expect(clear(reading)).toEqual({ JWT_SECRET: "a" });
  expect(reading).toMatchObject({ label: "environment", values: [{ origin: "environment" }], findings: [] });
});

test("an empty value counts as absent and is told", async () => {
  const reading = await readSource({ kind: "environment" }, context(["DSN"], { environment: { DSN: "" } }));
  expect(reading.values).toEqual([]);
  expect(codes(reading)).toEqual(["notice source-empty-value"]);
});

test("an environment value that was no UTF-8 text is an error and no value", async () => {
  const reading = await readSource({ kind: "environment" }, context(["KEY"], { environment: { KEY: "a\uFFFDb" } }));
  expect(reading.values).toEqual([]);
  expect(codes(reading)).toEqual(["error source-not-text"]);
});

test("a dotenv file gives the names asked for, the last of two", async () => {
  const path = write(".env", "A=1\nB=2\nA=3\n");
  const reading = await readSource({ kind: "dotenv", path: ".env" }, context(["A"]));
  expect(clear(reading)).toEqual({ A: "3" });
  expect(reading).toMatchObject({ label: `file:${path}`, values: [{ origin: `file:${path}` }], findings: [] });
});

test("a dotenv file open to others is a warning, and read all the same", async () => {
  write(".env", "A=1\n", 0o644);
  const reading = await readSource({ kind: "dotenv", path: ".env" }, context(["A"]));
  expect(clear(reading)).toEqual({ A: "1" });
  expect(codes(reading)).toEqual(["warning source-open-to-others"]);
});

test("a missing file, a folder, a FIFO, a device and a file too large are refused at once", async () => {
  const dotenv = (path: string) => readSource({ kind: "dotenv", path }, context(["A"]));
  execFileSync("mkfifo", [join(folder, "fifo")]);
  symlinkSync("/dev/zero", join(folder, "zero"));
  symlinkSync("circle", join(folder, "circle"));
  write("large", "A=1\n".repeat(1024 * 1024 + 1));
  const refusals = {
    missing: "does not exist",
    ".": "regular",
    fifo: "regular",
    zero: "regular",
    circle: "circle",
    large: "larger",
  };
  for (const [path, reason] of Object.entries(refusals)) {
    await expect(dotenv(path), path).rejects.toMatchObject({
      code: "FILE_UNREADABLE",
      message: expect.stringContaining(reason),
    });
  }
});

test("a folder of secret files gives one value per name, without one final line feed", async () => {
  const secrets = { ONE: "a\n", TWO: "b\n\n", NONE: "c", CR: "d\r\n", BYTES: "\xff\0\n", OTHER: "not asked for" };
  for (const [name, text] of Object.entries(secrets)) writeFileSync(join(folder, name), text, "latin1");
  const names = ["ONE", "TWO", "NONE", "CR", "BYTES", "ABSENT"];
  const reading = await readSource({ kind: "files", directory: "." }, context(names));
  expect(clear(reading)).toEqual({ ONE: "a", TWO: "b\n", NONE: "c", CR: "d\r", BYTES: "\xff\0" });
  expect(reading.label).toBe(`files:${folder}`);
  expect(reading.values[0]?.origin).toBe(`file:${join(folder, "ONE")}`);
});

test("links as Kubernetes makes them are followed; unusable files are told all at once", async () => {
  mkdirSync(join(folder, "..data"));
  write("..data/KEY", "value");
  symlinkSync("..data/KEY", join(folder, "KEY"));
  mkdirSync(join(folder, "FOLDER"));
  execFileSync("mkfifo", [join(folder, "FIFO")]);
  const reading = await readSource({ kind: "files", directory: folder }, context(["KEY", "FOLDER", "FIFO"]));
  expect(clear(reading)).toEqual({ KEY: "value" });
  expect(codes(reading)).toEqual(["error source-file-unusable", "error source-file-unusable"]);
});

test("a folder that is missing or no folder is refused", async () => {
  write("file", "x");
  for (const directory of ["missing", "file"]) {
    const reading = readSource({ kind: "files", directory }, context(["A"]));
    await expect(reading, directory).rejects.toMatchObject({ code: "FILE_UNREADABLE" });
  }
});

test("a name that would leave the folder is refused", async () => {
  const reading = readSource({ kind: "files", directory: "." }, context(["../etc/passwd"]));
  await expect(reading).rejects.toMatchObject({ code: "NAME_INVALID" });
});

test("the store is a source through the port handed in", async () => {
  const readStore: SourceContext["readStore"] = (names) =>
    Promise.resolve(names.map((name) => ({ name, value: Sensitive.of("kept"), origin: "prompt" })));
  const reading = await readSource({ kind: "store" }, context(["A"], { readStore }));
  expect(reading).toMatchObject({ label: "store", values: [{ name: "A", origin: "prompt" }] });
  await expect(readSource({ kind: "store" }, context(["A"]))).rejects.toMatchObject({ code: "USAGE" });
});

test("the first source that has a name wins, and the shadowed ones are shown", async () => {
  const path = write(".env", "A=file\nB=file\n");
  const environment = { A: "bound", C: "" };
  const first = await readSource({ kind: "environment" }, context(["A", "B", "C"], { environment }));
  const second = await readSource({ kind: "dotenv", path }, context(["A", "B", "C"]));
  const { values, findings } = combineSources([first, second]);
  expect(values.map(({ name, label, shadowed, value }) => [name, label, shadowed, value.reveal().toString()])).toEqual([
    ["A", "environment", [`file:${path}`], "bound"],
    ["B", `file:${path}`, [], "file"],
  ]);
  expect(findings.map(({ code }) => code)).toEqual(["source-empty-value"]);
});
