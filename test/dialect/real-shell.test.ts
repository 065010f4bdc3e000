import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dialects } from "#dialect";
import { carriedCases, expectedOf, hex, plain } from "./carried.ts";
import { hostileText } from "./hostile-text.ts";
import { hostileValues } from "./hostile-value.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "keyturn-dialect-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each(["sh", "bash"])("%s", (shell) => {
  test("reads every file byte for byte", async () => {
    const cases = carriedCases("sh", hostileValues);
    const answers = await sourced(
      shell,
      cases.map(({ file }) => file),
    );
    for (const [index, each] of cases.entries()) expect(answers[index], each.title).toEqual(expectedOf(each));
  });

  test("reads any value", async () => {
    const values = fc.sample(hostileText(24), 150);
    const cases = carriedCases("sh", Object.fromEntries(values.map((text, index) => [index, Buffer.from(text)])));
    expect(cases.length).toBe(values.length);
    const answers = await sourced(
      shell,
      cases.map(({ file }) => file),
    );
    for (const [index, each] of cases.entries()) expect(answers[index], each.title).toEqual(expectedOf(each));
  });

  test("reads any file that our reader has nothing to say about as our reader does", async () => {
    const texts = fc.sample(hostileText(14), 3000).filter((text) => calm(text));
    expect(texts.length).toBeGreaterThan(200);
    const some = texts.slice(0, 400);
    const answers = await sourced(
      shell,
      some.map((text) => Buffer.from(text)),
    );
    for (const [index, text] of some.entries()) {
      expect(answers[index], JSON.stringify(text)).toEqual(plain(dialects.sh.read(Buffer.from(text)).entries));
    }
  });
});

function calm(text: string): boolean {
  return dialects.sh.read(Buffer.from(text)).findings.every(({ severity }) => severity === "notice");
}

/** Each file in a subshell of its own, all in one process. Without stdin: bash reads ~/.bashrc when that is a socket. The shell's own variables are left out. */
async function sourced(shell: string, files: readonly Uint8Array[]): Promise<readonly Record<string, string>[]> {
  await Promise.all(files.map((file, index) => writeFile(join(folder, `${index}.env`), file)));
  const script = `i=0; while [ $i -lt ${files.length} ]; do
    (set -a; . "$1/$i.env"; exec /usr/bin/env -0) 2>/dev/null; printf 'END=\\0'; i=$((i+1)); done`;
  const { stdout } = spawnSync(shell, ["-c", script, "x", folder], {
    env: {},
    maxBuffer: 64 << 20,
    stdio: ["ignore", "pipe", "pipe"],
  });
  return splitAnswers(stdout);
}

function splitAnswers(stdout: Buffer): readonly Record<string, string>[] {
  const answers: Record<string, string>[] = [{}];
  for (const record of stdout.toString("latin1").split("\0").slice(0, -1)) {
    const [name = ""] = record.split("=", 1);
    if (name === "END") answers.push({});
    else if (!/^(?:PWD|OLDPWD|SHLVL|_)$/.test(name)) {
      Object.assign(answers.at(-1) ?? {}, { [name]: hex(Buffer.from(record.slice(name.length + 1), "latin1")) });
    }
  }
  return answers;
}
