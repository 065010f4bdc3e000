import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as fc from "fast-check";
import { dialects, type DialectName } from "#dialect";
import { carriedCases, expectedOf, plain } from "../../test/dialect/carried.ts";
import { hostileText } from "../../test/dialect/hostile-text.ts";
import { hostileValues } from "../../test/dialect/hostile-value.ts";
import { openLab } from "../lab.ts";

/*
 * The consumers that only a real host has: systemd, docker's command line, python-dotenv. Files go in and values come out
 * by stdin and stdout, in one round trip for all of them, each value in hex.
 */
const lab = openLab();
type Answer = Readonly<Record<string, string>> | { readonly refused: true };

const box = lab.hosts.find((host) => host.engine)?.name ?? "no host with an engine";
const consumers = [
  { name: "systemd", host: "app1", program: readThroughSystemd(), samples: 60 },
  { name: "python", host: "app1", program: readThroughPython(), samples: 400 },
  // a container takes half a second
  { name: "docker", host: box, program: readThroughDocker(), samples: 12 },
] as const satisfies readonly { name: DialectName; host: string; program: string; samples: number }[];

beforeAll(async () => {
  const made = await lab.exec(box, ["sh", "-c", makeImage]);
  expect(made.stderr + made.stdout).toContain("sha256:");
});

afterAll(async () => {
  await lab.exec(box, ["docker", "image", "rm", "-f", "keyturn-dialect"]);
});

describe.each(consumers)("$name", ({ name, host, program, samples }) => {
  test("reads every file byte for byte, neighbours intact", async () => {
    const cases = carriedCases(name, hostileValues);
    const answers = await ask(
      host,
      program,
      cases.map(({ file }) => file),
    );
    for (const [index, each] of cases.entries()) expect(answers[index], each.title).toEqual(expectedOf(each));
  });

  test("reads any value that was not refused", async () => {
    const values = fc.sample(hostileText(24), samples * 2);
    const drawn = Object.fromEntries(values.map((text, index) => [index, Buffer.from(text)]));
    const cases = carriedCases(name, drawn).slice(0, samples);
    expect(cases.length).toBeGreaterThan(0);
    const answers = await ask(
      host,
      program,
      cases.map(({ file }) => file),
    );
    for (const [index, each] of cases.entries()) expect(answers[index], each.title).toEqual(expectedOf(each));
  });

  test("reads a file that nobody of us wrote as our reader does", async () => {
    const files = fc.sample(hostileText(30), samples).map((text) => Buffer.from(text));
    const answers = await ask(host, program, files);
    for (const [index, file] of files.entries()) {
      const { entries, findings } = dialects[name].read(file);
      const codes = findings.map(({ code }) => code);
      if (codes.includes("expands")) continue;
      const expected = codes.includes("file-refused") ? { refused: true } : plain(entries);
      expect(answers[index], JSON.stringify(file.toString())).toEqual(expected);
    }
  });
});

async function ask(host: string, program: string, files: readonly Uint8Array[]): Promise<readonly Answer[]> {
  const input = JSON.stringify(files.map((file) => Buffer.from(file).toString("base64")));
  const { status, stdout, stderr } = await lab.exec(host, ["python3", "-c", program], { input });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  return JSON.parse(stdout) as readonly Answer[];
}

/** One transient unit for each file; `env -0` tells what the process was given. */
function readThroughSystemd(): string {
  return asker(`
def answer(path):
    got = subprocess.run(["systemd-run", "--quiet", "--pipe", "--wait", "--collect", "-p", "EnvironmentFile=" + path,
        "/usr/bin/env", "-0"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    own = b"LANG PATH INVOCATION_ID SYSTEMD_EXEC_PID HOME LOGNAME USER SHELL JOURNAL_STREAM LC_ALL".split()
    return {"refused": True} if got.returncode else variables(got.stdout, own)
`);
}

function readThroughPython(): string {
  return asker(`
import logging
from dotenv import dotenv_values
logging.disable(logging.CRITICAL)
def answer(path):
    return {k: v.encode().hex() for k, v in dotenv_values(path).items() if v is not None}
`);
}

/** A container for each file, from an image that holds one static busybox. */
function readThroughDocker(): string {
  return asker(`
def answer(path):
    got = subprocess.run(["docker", "run", "--rm", "--network=none", "--env-file", path, "keyturn-dialect", "/busybox", "env", "-0"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return {"refused": True} if got.returncode else variables(got.stdout, [b"PATH", b"HOSTNAME", b"HOME"])
`);
}

function asker(answer: string): string {
  return `
import base64, json, os, subprocess, sys, tempfile
def variables(output, own):
    pairs = [each.split(b"=", 1) for each in output.split(b"\\0")[:-1]]
    return {k.decode(): v.hex() for k, v in pairs if k not in own}
${answer}
answers = []
with tempfile.TemporaryDirectory() as place:
    path = os.path.join(place, "some.env")
    for each in json.load(sys.stdin):
        with open(path, "wb") as file:
            file.write(base64.b64decode(each))
        answers.append(answer(path))
print(json.dumps(answers))
`;
}

const makeImage = `set -e
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
cp "$(command -v busybox)" "$place/busybox"
tar -C "$place" -c . | docker import - keyturn-dialect`;
