import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify, parseEnv } from "node:util";
import * as fc from "fast-check";
import { parse as parseDotenv } from "dotenv";
import { loadEnv } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { dialects, type DialectName } from "#dialect";
import { carriedCases, entry, expectedOf, hex, plain } from "./carried.ts";
import { hostileText } from "./hostile-text.ts";
import { hostileValues } from "./hostile-value.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "keyturn-dialect-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("util.parseEnv reads every file byte for byte", () => {
  for (const each of carriedCases("node", hostileValues)) {
    expect(hexed(parseEnv(each.file.toString("utf8"))), each.title).toEqual(expectedOf(each));
  }
});

test("a process with --env-file, and one that calls process.loadEnvFile, have every value", async () => {
  const { file, expected } = allInOne("node");
  const path = join(folder, "all.env");
  await writeFile(path, file);
  const print = `process.stdout.write(JSON.stringify(Object.entries(process.env).filter(([name]) => /^K[0-9]+$/.test(name))
    .map(([name, value]) => [name, Buffer.from(value).toString("hex")])))`;
  const load = `process.loadEnvFile(${JSON.stringify(path)});`;
  for (const args of [
    [`--env-file=${path}`, "-e", print],
    ["-e", load + print],
  ]) {
    const { stdout } = await promisify(execFile)(process.execPath, args, { env: {}, maxBuffer: 16 << 20 });
    expect(Object.fromEntries(JSON.parse(stdout) as [string, string][])).toEqual(expected);
  }
});

test("dotenv reads every file byte for byte, with its fast parser too", () => {
  for (const each of carriedCases("dotenv", hostileValues)) {
    expect(hexed(parseDotenv(each.file)), each.title).toEqual(expectedOf(each));
    expect(hexed(parseDotenv(each.file, { fast: true })), each.title).toEqual(expectedOf(each));
  }
});

test("Vite's loadEnv reads every file byte for byte", async () => {
  for (const each of carriedCases("vite", hostileValues)) {
    expect(hexed(await viteReads(each.file)), each.title).toEqual(expectedOf(each));
  }
});

test("node, dotenv and Vite read any value that was not refused", async () => {
  const value = hostileText(24).map((text) => Buffer.from(text, "utf8"));
  await fc.assert(
    fc.asyncProperty(value, async (bytes) => {
      const written = carriedCases("node", { value: bytes });
      for (const each of written) expect(hexed(parseEnv(each.file.toString("utf8")))).toEqual(expectedOf(each));
      for (const each of carriedCases("dotenv", { value: bytes })) {
        expect(hexed(parseDotenv(each.file))).toEqual(expectedOf(each));
      }
      for (const each of carriedCases("vite", { value: bytes })) {
        expect(hexed(await viteReads(each.file))).toEqual(expectedOf(each));
      }
    }),
    { numRuns: 300 },
  );
});

test("our reader of Node's grammar reads any file as Node does", () => {
  fc.assert(
    fc.property(hostileText(60), (text) => {
      expect(plain(dialects.node.read(Buffer.from(text)).entries)).toEqual(hexed(parseEnv(text)));
    }),
    { numRuns: 3000 },
  );
});

test("our reader of dotenv's grammar reads any file as dotenv does", () => {
  fc.assert(
    fc.property(hostileText(60), (text) => {
      expect(plain(dialects.dotenv.read(Buffer.from(text)).entries)).toEqual(hexed(parseDotenv(text)));
    }),
    { numRuns: 3000 },
  );
});

test("our reader of Vite's grammar reads any file as Vite does, but for values that refer to others", async () => {
  await fc.assert(
    fc.asyncProperty(hostileText(40), async (text) => {
      const ours = dialects.vite.read(Buffer.from(text));
      if (ours.findings.some(({ code }) => code === "expands")) return;
      const named = plain(ours.entries.filter(({ name }) => /^(?:BEFORE|K|AFTER)/.test(name)));
      expect(named).toEqual(hexed(await viteReads(text)));
    }),
    { numRuns: 300 },
  );
});

/** Each file in a folder of its own, and only the names of these tests: `loadEnv` mixes the process's own environment in. */
async function viteReads(file: string | Uint8Array): Promise<Record<string, string>> {
  const place = join(folder, "vite");
  await mkdir(place, { recursive: true });
  await writeFile(join(place, ".env"), file);
  return loadEnv("test", place, ["BEFORE", "K", "AFTER"]);
}

function allInOne(name: DialectName) {
  const values = carriedCases(name, hostileValues).map(({ value }) => value);
  // shorter than the largest: here the names are longer
  const entries = values.filter((value) => value.byteLength < 100_000).map((value, index) => entry(`K${index}`, value));
  const written = dialects[name].write(entries);
  if (written.kind !== "written") throw new Error("refused together what was accepted one by one");
  return { file: written.bytes.reveal(), expected: plain(entries) };
}

/** A final `=` alone gives Node's parser a variable without a name, which no environment can hold. */
function hexed(values: NodeJS.Dict<string>): Record<string, string> {
  const named = Object.entries(values).filter(([name]) => name !== "");
  return Object.fromEntries(named.map(([name, value = ""]) => [name, hex(value)]));
}
