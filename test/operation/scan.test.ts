import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, openSync, writeFileSync, writeSync, closeSync } from "node:fs";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { Sensitive } from "#kernel";
import { retireValue, scan, type Context, type ScanResult } from "#operation";
import { inEnvironment } from "../../src/operation/context.ts";
import { auditTrail, makeProject, put } from "./make-context.ts";

const secret = "planted-Value-7319+x/y";

async function ready() {
  const project = await makeProject();
  await put(project.context, "SHARED_SECRET", secret);
  const write = (path: string, content: string | Uint8Array) => {
    mkdirSync(dirname(join(project.folder, path)), { recursive: true });
    writeFileSync(join(project.folder, path), content);
  };
  const look = (...paths: readonly string[]) => lookIn(project.context, project.folder, paths);
  return { ...project, write, look };
}

function lookIn(context: Context, folder: string, paths: readonly string[]): Promise<ScanResult> {
  return scan(context, { target: { kind: "tree", folder, paths } });
}

const places = ({ findings }: ScanResult) =>
  findings.map(
    ({ path, line, column, encoding, split }) => `${path}:${line}:${column} ${encoding}${split ? " split" : ""}`,
  );

test("a value is found in every form, by place, version and state, and nothing of it is told", async () => {
  const { write, look } = await ready();
  write("src/a.ts", `// ü\nconst a = "${secret}";\n`);
  write("src/b.yml", `  token: ${Buffer.from(`user:${secret}`).toString("base64")}\n`);
  write("src/c.log", `${secret.slice(0, 9)}\r\n${secret.slice(9)}`);
  write("src/d.txt", Buffer.from(`x${secret}`, "utf16le"));
  write("src/e.ps1", Buffer.from(`Do ${secret}`, "utf16le").toString("base64"));
  const result = await look("src");
  expect(places(result)).toEqual([
    "src/a.ts:2:12 literal",
    "src/b.yml:1:17 base64",
    "src/c.log:1:1 literal split",
    "src/d.txt:1:2 utf16",
    "src/e.ps1:1:9 base64-of-utf16",
  ]);
  expect(result.findings[0]).toMatchObject({
    name: "SHARED_SECRET",
    version: 1,
    environment: "local",
    state: "live",
    offset: 17,
    binary: false,
  });
  expect(result).toMatchObject({ environments: ["local"], values: 1, files: 5, unsearchable: [], unopened: [] });
  expect(JSON.stringify(result)).not.toContain("planted");
});

test("retired versions are looked for, and each finding says which it is", async () => {
  const { context, write, look } = await ready();
  await put(context, "SHARED_SECRET", "another-Value-20482");
  await retireValue(context, {
    name: "SHARED_SECRET",
    scope: {},
    compromised: true,
    confirm: async () => true,
  });
  write("f", `${secret} another-Value-20482`);
  const found = (await look("f")).findings.map(({ version, state }) => [version, state]);
  expect(found).toEqual([
    [1, "compromised"],
    [2, "live"],
  ]);
});

test("what was looked for is in the audit log, and a name that is too short is told", async () => {
  const { context, look } = await ready();
  await put(context, "PORT", "8080");
  await inEnvironment(context, ({ values }) =>
    values.put({
      name: "PIN",
      scope: {},
      value: Sensitive.of(" 123456\n"),
      sensitive: true,
      origin: "test",
      actor: context.actor,
    }),
  );
  // a setting is no secret, however short
  expect(await look(".")).toMatchObject({ unsearchable: ["PIN v1"], values: 1 });
  expect(await auditTrail(context)).toContain("value.scan local");
});

test("an environment that the store does not have is refused, with those that it has", async () => {
  const { context, folder } = await ready();
  const target = { kind: "tree", folder, paths: ["."] } as const;
  await expect(scan(context, { environment: "nowhere", target })).rejects.toMatchObject({
    code: "NOT_FOUND",
    hint: "it has local",
  });
});

test("nothing in a tree ends the scan, and what was not looked into is told", async () => {
  const { folder, write, look } = await ready();
  write("tree/deep/last", secret);
  write("tree/name\nwith line", secret);
  execFileSync("mkfifo", [join(folder, "tree/pipe")]);
  execFileSync("ln", ["-s", "..", join(folder, "tree/deep/loop")]);
  execFileSync("ln", ["-s", "nowhere", join(folder, "tree/dangling")]);
  write("tree/locked/f", secret);
  chmodSync(join(folder, "tree/locked"), 0);
  const result = await look("tree");
  expect(result.findings.map(({ path }) => path)).toEqual(
    expect.arrayContaining(["tree/deep/last", "tree/name\nwith line"]),
  );
  const left = new Map(result.left.map(({ path, reason }) => [path, reason]));
  expect(left.get("tree/pipe")).toBe("pipe");
  expect(left.get("tree/deep/loop")).toBe("symbolic link");
  expect(left.get("tree/dangling")).toBe("symbolic link");
  // root enters every folder
  if (process.getuid?.() !== 0) expect(left.get("tree/locked/")).toBe("unreadable");
  chmodSync(join(folder, "tree/locked"), 0o755);
});

test("a value is found across the chunks of a large sparse file", async () => {
  const { folder, look } = await ready();
  const file = openSync(join(folder, "sparse"), "w");
  const chunk = 4 * 1024 * 1024;
  const offsets = [chunk - 5, 16 * chunk - secret.length, 40 * chunk];
  for (const offset of offsets) writeSync(file, secret, offset);
  closeSync(file);
  const { findings, bytes } = await look("sparse");
  expect(findings.map(({ offset }) => offset)).toEqual(offsets);
  expect(bytes).toBe(40 * chunk + secret.length);
});

test("many files are looked into by threads, each once", async () => {
  const { write, look } = await ready();
  for (let number = 0; number < 700; number += 1) write(`many/${number % 7}/${number}`, `${number}\n${secret}\n`);
  const result = await look("many");
  expect(result.files).toBe(700);
  expect(new Set(result.findings.map(({ path }) => path)).size).toBe(700);
  expect(result.findings.every(({ line, column }) => line === 2 && column === 1)).toBe(true);
});

test("a stream is looked through whatever its chunks", async () => {
  const { context } = await ready();
  const text = Buffer.from(`first ü\n${"x".repeat(5000)} ${secret}\n${Buffer.from(secret).toString("hex")}`);
  for (const size of [1, 7, 4096, text.length]) {
    const chunks = Array.from({ length: Math.ceil(text.length / size) }, (_, at) =>
      text.subarray(at * size, (at + 1) * size),
    );
    const result = await scan(context, { target: { kind: "stream", stream: Readable.from(chunks) } });
    expect(places(result), `${size}`).toEqual(["<stdin>:2:5002 literal", "<stdin>:3:1 hex"]);
    expect(result.bytes).toBe(text.length);
  }
});
