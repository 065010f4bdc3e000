import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { writeProject } from "../operation/make-context.ts";
import { keyturnIn } from "./keyturn.ts";

const secret = "planted-value-7319";

async function ready() {
  const made = await keyturnIn();
  await made.keyturn("set SHARED_SECRET", { input: secret });
  mkdirSync(join(made.folder, "src"));
  return { ...made, write: (name: string, text: string) => writeFileSync(join(made.folder, "src", name), text) };
}

test("what leaked comes first, what to do next, then where it is", async () => {
  const { keyturn, write } = await ready();
  write("app.ts", `const a = 1;\nconst b = "${secret}";\n`);
  write("two\nlines", Buffer.from(secret).toString("base64"));
  const { code, out, err } = await keyturn("scan src");
  expect({ code, err }).toEqual({ code: 2, err: "" });
  expect(out).toBe(`SHARED_SECRET v1, live in local
  → keyturn rotate SHARED_SECRET --compromised
  src/app.ts:2:12  literal
  src/two\\nlines:1:1  base64
found: 1 secret in 2 places; 2 files, 69 bytes, 1 value of local
`);
});

test("a file that is named by a value is told without it, in every form of the report", async () => {
  const { keyturn, write } = await ready();
  write(`dump-${secret}.txt`, `x ${secret}`);
  const { code, out } = await keyturn("scan src");
  expect(code).toBe(2);
  expect(out).toContain("  src/dump-[SHARED_SECRET].txt:1:3  literal\n");
  for (const form of ["--json", "--sarif"]) expect((await keyturn(`scan src ${form}`)).out).not.toContain(secret);
});

test("nothing found says what was looked at, and exits with 0", async () => {
  const { keyturn, write } = await ready();
  write("app.ts", "nothing here");
  expect(await keyturn("scan src")).toEqual({
    code: 0,
    out: "nothing found: 1 file, 12 bytes, 1 value of local\n",
    err: "",
  });
});

test("many files are found before the store is opened: where it can't be, the command ends all the same", async () => {
  const { keyturn, write } = await ready();
  for (let number = 0; number < 300; number += 1) write(`${number}`, secret);
  const { code, err } = await keyturn("scan src --env nowhere");
  expect(code).toBe(69);
  expect(err).toContain("nowhere");
  expect((await keyturn("scan src")).out).toContain("found: 1 secret in 300 places; 300 files");
});

test("standard input, JSON and SARIF", { timeout: 90_000 }, async () => {
  const { keyturn, write } = await ready();
  const piped = await keyturn("scan --stdin --json", { input: `log\n ${secret}` });
  expect(piped.code).toBe(2);
  const { findings } = JSON.parse(piped.out) as { findings: readonly Record<string, unknown>[] };
  expect(findings).toEqual([
    {
      name: "SHARED_SECRET",
      version: 1,
      environment: "local",
      scope: {},
      state: "live",
      path: "<stdin>",
      offset: 5,
      line: 2,
      column: 2,
      encoding: "literal",
      split: false,
      binary: false,
    },
  ]);
  write("ä b", secret);
  const sarif = await keyturn("scan src --sarif");
  expect(sarif.code).toBe(2);
  expect(JSON.parse(sarif.out)).toMatchObject({
    version: "2.1.0",
    runs: [
      {
        results: [
          {
            ruleId: "stored-secret",
            message: { text: "SHARED_SECRET version 1, live in local, as literal" },
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: "src/%C3%A4%20b" },
                  region: { startLine: 1, startColumn: 1 },
                },
              },
            ],
          },
        ],
      },
    ],
  });
});

const long = { timeout: 90_000 };

test(
  "what leaked into a history is told with the commit that brought it, and whether it is there still",
  long,
  async () => {
    const { keyturn, folder, write } = await ready();
    const git = (...words: readonly string[]) =>
      execFileSync("git", ["-c", "user.name=n", "-c", "user.email=n@example.org", ...words], {
        cwd: folder,
        encoding: "utf8",
      }).trim();
    git("init", "--quiet", "--initial-branch=main");
    const commit = () => {
      git("add", "src");
      git("commit", "--quiet", "--message", "change");
      return git("log", "-1", "--format=%H %cs")
        .replace(/^(.{12})\S*/, "$1")
        .split(" ");
    };
    write("app.ts", `a "${secret}"`);
    const [first, day] = commit();
    write("app.ts", `b\n"${secret}"`);
    const range = commit();
    expect((await keyturn("scan --git")).out).toBe(`SHARED_SECRET v1, live in local
  → keyturn rotate SHARED_SECRET --compromised
  src/app.ts:1:4  literal  since ${first} of ${day}, 2 versions, still there
found: 1 secret in 1 place; 4 objects, 374 bytes, 1 value of local
`);
    expect(await keyturn("scan --range HEAD~1..HEAD")).toMatchObject({
      code: 2,
      out: expect.stringContaining(`src/app.ts:2:2  literal  since ${range[0]}`),
    });
    write("app.ts", "clean");
    git("add", "src");
    expect(await keyturn("scan --staged")).toMatchObject({ code: 0 });
    git("commit", "--quiet", "--message", "out");
    expect((await keyturn("scan --git")).out).toContain("2 versions, gone since, the history has it\n");
    expect(await keyturn("scan --staged --git")).toMatchObject({ code: 64 });
  },
);

test("a store without a secret, a path that is not there, and a wrong use are told", long, async () => {
  const { keyturn } = await keyturnIn();
  expect(await keyturn("scan")).toMatchObject({
    code: 0,
    out: expect.stringMatching(
      /^nothing found: 3 files, [0-9.]+ \w+, known formats alone\nnot looked into, keyturn's own folder: \.keyturn\/\n$/,
    ),
  });
  expect(await keyturn("scan --values-only")).toMatchObject({
    code: 0,
    out: "nothing to look for: the store holds no secret\nnot looked into, keyturn's own folder: .keyturn/\n",
  });
  expect(await keyturn("scan nobody")).toMatchObject({ code: 66 });
  expect(await keyturn("scan --stdin src")).toMatchObject({ code: 64 });
});

test("a scan of a file of many gigabytes ends at the first Ctrl-C", { timeout: 120_000 }, async () => {
  const folder = await writeProject({ large: "" });
  truncateSync(join(folder, "large"), 64 * 1024 ** 3);
  appendFileSync(join(folder, "large"), "end");
  const words = [inject("command"), "scan", "--formats-only", "large"];
  const child = spawn(process.execPath, words, { cwd: folder, env: { PATH: process.env["PATH"] ?? "" } });
  const reads = () => readFileSync(`/proc/${child.pid}/io`, "utf8").match(/^rchar: (\d+)/m)?.[1] ?? "0";
  while (Number(reads()) < 100 * 1024 ** 2) await new Promise((resolve) => setTimeout(resolve, 50));
  child.kill("SIGINT");
  const [code] = (await once(child, "close")) as [number | null];
  expect(code).toBe(130);
});
