import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

/*
 * `npm start` as a new user has it, on ports of its own: the example platform, real processes, a fresh home folder.
 */
const root = join(import.meta.dirname, "../..");
const shift = 21_000;
const backend = `http://127.0.0.1:${8080 + shift}/health`;
const dialler = `http://127.0.0.1:${8090 + shift}/health`;
let home = "";
let started: Started[] = [];

interface Started {
  readonly child: ChildProcess;
  readonly seen: { text: string };
  readonly ended: Promise<number | null>;
}

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "keyturn-dev-"));
  started = [];
});

afterEach(async () => {
  for (const { child, ended } of started) {
    child.kill("SIGINT");
    await ended;
  }
  await rm(home, { recursive: true, force: true });
});

test(
  "comes up healthy, stops with Ctrl-C, and has the same release when it is started again",
  { timeout: 90_000 },
  async () => {
    const first = start();
    await until(first, "Ctrl-C stops everything");
    expect(await healthOf(backend)).toMatchObject({ status: "ok", release: "r1" });
    expect(await healthOf(dialler)).toMatchObject({ status: "ok", release: "r1" });
    expect(first.seen.text).toContain("generated  JWT_SECRET, VOXCORE_SECRET, OPERATOR_PASSWORD");
    expect(await stop(first)).toBe(0);
    expect(first.seen.text).toContain("stopped 6 processes");
    await expect(fetch(backend)).rejects.toThrow();

    const second = start();
    await until(second, "Ctrl-C stops everything");
    expect(second.seen.text).not.toContain("generated");
    expect(second.seen.text).not.toContain("swap");
    expect(await healthOf(backend)).toMatchObject({ status: "ok", release: "r1" });
    expect(await stop(second)).toBe(0);
  },
);

test(
  "the other example comes up behind it, with a runtime for each user, and the console",
  { timeout: 120_000 },
  async () => {
    const one = start();
    await until(one, "opens once");
    const agent = `http://127.0.0.1:${7301 + shift}/health`;
    while (
      !(await fetch(agent).then(
        () => true,
        () => false,
      ))
    ) {
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    expect(await healthOf(agent)).toMatchObject({ user: "bob" });
    const page = await fetch(`http://127.0.0.1:${7333 + shift}/`);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining("<title>Keyturn")]);
    expect(await stop(one)).toBe(0);
    expect(one.seen.text).toContain("stopped 4 processes");
    for (const url of [agent, backend]) await expect(fetch(url)).rejects.toThrow();
  },
);

test("started twice, it says that it runs, and leaves the first one alone", { timeout: 60_000 }, async () => {
  const first = start();
  await until(first, "Ctrl-C stops everything");
  const second = start();
  expect(await second.ended).toBe(75);
  expect(second.seen.text).toContain("local runs already, started by process");
  expect(await healthOf(backend)).toMatchObject({ status: "ok" });
});

test("a port that something else has is named, with the way to choose others", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(8090 + shift, "127.0.0.1", resolve));
  try {
    const only = start();
    expect(await only.ended).toBe(75);
    expect(only.seen.text).toContain(`port ${8090 + shift}, which dialler needs, is taken by another program`);
    expect(only.seen.text).toContain("--port-shift");
    await expect(fetch(backend)).rejects.toThrow();
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
});

test("no value of the store is in what it prints", { timeout: 60_000 }, async () => {
  const one = start();
  await until(one, "Ctrl-C stops everything");
  for (const name of ["JWT_SECRET", "VOXCORE_SECRET", "OPERATOR_PASSWORD", "MONGODB_URI", "LIVEKIT_API_SECRET"]) {
    const value = await reveal(name);
    expect(value.length).toBeGreaterThan(12);
    expect(one.seen.text).not.toContain(value);
  }
});

function start(): Started {
  const words = ["scripts/start.js", "--home", home, "--port-shift", String(shift)];
  return keep(spawn(process.execPath, words, { cwd: root, env: environment(), stdio: ["ignore", "pipe", "pipe"] }));
}

function keep(child: ChildProcess): Started {
  const seen = { text: "" };
  child.stdout?.on("data", (chunk: Buffer) => (seen.text += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (seen.text += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  const one = { child, seen, ended };
  started.push(one);
  return one;
}

async function reveal(name: string): Promise<string> {
  const manifest = join(root, "examples/voxbridge/keyturn.yaml");
  const words = ["bin/keyturn.js", "reveal", name, "--manifest", manifest, "--env", "local", "--home", home, "--yes"];
  const one = keep(
    spawn(process.execPath, words, { cwd: root, env: environment(), stdio: ["ignore", "pipe", "ignore"] }),
  );
  expect(await one.ended).toBe(0);
  return one.seen.text.trim();
}

function environment(): NodeJS.ProcessEnv {
  return { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "" };
}

async function stop({ child, ended }: Started): Promise<number | null> {
  child.kill("SIGINT");
  return ended;
}

async function until({ seen, ended }: Started, text: string): Promise<void> {
  let over = false;
  void ended.then(() => (over = true));
  while (!seen.text.includes(text)) {
    if (over) throw new Error(`it ended before it said "${text}":\n${seen.text}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function healthOf(url: string): Promise<unknown> {
  return (await fetch(url)).json();
}
