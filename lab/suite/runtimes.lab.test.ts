import { spawn } from "node:child_process";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { openLab } from "../lab.ts";
import { place } from "../place.ts";
import { openProject, type Project } from "../project.ts";

/*
 * Containers of users on a real engine over ssh, and the provider settings that they share. No vendor is asked from here: the
 * keys are saved unproved, with a reason.
 */
const lab = openLab();
const host = "box1";
const users = ["u1", "u2", "u3", "u4", "u5"];
let project: Project;

const program = `
const { AGENT_USER, OPENAI_API_KEY = "", KEYTURN_RELEASE } = process.env;
const sick = OPENAI_API_KEY.includes("breaks") && AGENT_USER === "u4";
process.on("SIGTERM", () => process.exit(0));
require("node:http").createServer((request, response) => {
  response.statusCode = sick ? 500 : 200;
  response.end(JSON.stringify({ release: KEYTURN_RELEASE }));
}).listen(8080);
`;

const manifest = `platform: home
services:
  agent:
    contract: .env.example
    runtime: docker
    per-user: true
    image: "${lab.nodeImage}"
    port: 8080
    stop: 3s
    max-unavailable: 2
    command: [node, -e, ${JSON.stringify(program)}]
    health: [{ http: "http://127.0.0.1:%p/health", release: release, deadline: 8s }]
environments:
  lab:
    hosts: { ${host}: { address: root-${host} } }
`;

const contract =
  "# @derive=user\nAGENT_USER=\n# @derive=hkdf(JWT_SECRET, purpose=api)\nAPI_SERVER_KEY=\n# @optional @sensitive\nOPENAI_API_KEY=\n";

beforeAll(async () => {
  await inside(cleanUp);
  project = await openProject({ "keyturn.yaml": manifest, ".env.example": contract });
  await done(["init", "--yes"]);
  await root("set JWT_SECRET --undeclared", "the-root-before-of-thirty-two-letters");
  for (const user of users) await done(["runtimes", "create", user]);
});

afterAll(async () => {
  await inside(cleanUp);
  project.remove();
});

test("a key reaches every user's container, one of them first", async () => {
  const { stdout, stderr } = await settle("sk-proj-first-0123456789abcdefghij");
  expect(stdout).toContain("runs everywhere, verified");
  expect(stderr.match(/wave \d of 2: \S+/g)).toEqual(["wave 1 of 2: agent/u1@box1", "wave 2 of 2: agent/u2@box1,"]);
  expect(await keysInUse()).toEqual(users.map(() => "first"));
});

test("a key with which one user's does not come up takes all back, and the settings too", async () => {
  const before = await running();
  const { status, stdout } = await settle("sk-proj-breaks-0123456789abcdefghij");
  expect({ status, stdout }).toMatchObject({ status: 1, stdout: expect.stringContaining("agent/u4@box1") });
  expect(stdout).toContain("the settings before are back");
  expect(await keysInUse()).toEqual(users.map(() => "first"));
  // those of the last wave that had not begun, and the sick one's, were never touched
  expect((await running()).filter((one) => before.includes(one)).length).toBeGreaterThan(0);
  expect(await done(["settings", "history", "openai"])).toMatch(/^3 .* returned 1 /m);
  expect(await done(["plan"])).toContain("nothing to do");
});

test("what follows from a root ends with it in every container, also in those that are kept", async () => {
  const before = await serverKeys();
  // each user's in what runs and in what is kept
  expect(new Set(before).size).toBe(users.length);
  await root("rotate JWT_SECRET --value --yes", "the-root-behind-of-thirty-two-letters");
  const after = await serverKeys();
  expect(new Set(after).size).toBe(users.length);
  expect(after.filter((key) => before.includes(key))).toEqual([]);
  expect(await done(["plan"])).toContain("nothing to do");
});

test("an engine that restarts in the middle leaves every user one container, once it was gone on from there", async () => {
  const restart = project.keyturn(["runtimes", "restart", "--yes"]);
  await new Promise((resolve) => setTimeout(resolve, 3000));
  await inside("systemctl restart docker");
  await restart;
  await eventually(async () => {
    const { status } = await project.keyturn(["apply", "--yes"]);
    return status === 0;
  });
  expect(await names()).toEqual(users.map((user) => `agent-${user}`));
  expect(await keysInUse()).toEqual(users.map(() => "first"));
});

test("a run that is killed is gone on with", async () => {
  const env = { ...process.env, KEYTURN_SSH_CONFIG: place.sshConfig, KEYTURN_HOME: `${project.folder}/home` };
  const words = [inject("command"), "runtimes", "restart", "--yes"];
  const killed = spawn(process.execPath, words, { cwd: project.folder, env, stdio: "ignore" });
  const before = await running();
  await eventually(async () => (await running()).some((one) => !before.includes(one)));
  killed.kill("SIGKILL");
  const { status, stdout } = await project.keyturn(["apply", "--resume", "--yes"]);
  expect({ status, stdout }).toMatchObject({ status: 0, stdout: expect.stringContaining("verified") });
  expect(await names()).toEqual(users.map((user) => `agent-${user}`));
});

test("a runtime that goes takes its containers along, and no key was ever shown", async () => {
  await done(["runtimes", "remove", "u5", "--yes"]);
  expect(await inside("docker ps -a --format '{{.Names}}' | grep u5 || true")).toBe("");
  expect(project.leaks()).toEqual([]);
});

async function settle(key: string) {
  project.plant(key);
  return project.keyturn(["settings", "set", "openai", "--unverified", "no vendor here", "--yes"], {
    input: `${key}\n`,
  });
}

/** A command that reads the root, which no service has. */
async function root(words: string, value: string): Promise<void> {
  project.plant(value);
  const { status, stdout, stderr } = await project.keyturn(words.split(" "), { input: `${value}\n` });
  if (status !== 0) throw new Error(`${words} ended with ${status}\n${stdout}${stderr}`);
}

/** Of all containers, stopped ones too. */
async function serverKeys(): Promise<readonly string[]> {
  const format = "{{range .Config.Env}}{{println .}}{{end}}";
  const script = `docker ps -aq --filter label=keyturn.service=agent | xargs docker inspect -f '${format}' | grep API_SERVER_KEY`;
  return (await inside(script)).split("\n");
}

/** The word in each running container's key, in the order of the users. */
async function keysInUse(): Promise<readonly string[]> {
  const format = "{{range .Config.Env}}{{println .}}{{end}}";
  const script = users.map((user) => `docker inspect -f '${format}' agent-${user} | grep OPENAI_API_KEY`).join("; ");
  return (await inside(script)).split("\n").map((line) => /sk-proj-(\w+?)-/.exec(line)?.[1] ?? "");
}

async function running(): Promise<readonly string[]> {
  return (await inside("docker ps -q --no-trunc --filter label=keyturn.service=agent")).split("\n");
}

async function names(): Promise<readonly string[]> {
  const text = await inside("docker ps --format '{{.Names}}' --filter label=keyturn.service=agent");
  return text.split("\n").toSorted();
}

async function eventually(isSo: () => Promise<boolean>): Promise<void> {
  for (let left = 40; left > 0; left -= 1) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error("it did not come to that in time");
}

async function done(words: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await project.keyturn(words);
  if (status !== 0) throw new Error(`${words.join(" ")} ended with ${status}\n${stdout}${stderr}`);
  return stdout;
}

async function inside(script: string): Promise<string> {
  const { status, stdout, stderr } = await lab.exec(host, ["sh", "-c", script]);
  if (status !== 0) throw new Error(`${script} ended with ${status}\n${stderr}`);
  return stdout.trim();
}

const cleanUp = "docker ps -aq --filter label=keyturn.service=agent | xargs -r docker rm -f";
