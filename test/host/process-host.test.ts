import { copyFileSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  openProcessHost,
  runningProcesses,
  stopProcesses,
  type Host,
  type HostRequest,
  type TargetAddress,
} from "#host";
import { controller, fileOf, readFileOf, recordOf, temporaryFolder, type Variables } from "./fixture.ts";

let folder: string;
let host: Host;

beforeEach(() => {
  folder = temporaryFolder();
  host = openHost();
});

afterEach(async () => {
  await stopProcesses(folder, { limit: 500 });
  rmSync(folder, { recursive: true });
});

const serve = `require("node:http").createServer((_, answer) => answer.end("ok")).listen(Number(process.env.PORT), "127.0.0.1")`;

describe("a process host", () => {
  test("starts a process with the staged file and proves that it carries it", async () => {
    const target = targetOf(["node", "-e", serve]);
    const port = await freePort();
    const url = `http://127.0.0.1:${port}/health`;
    const answers = await host.perform(controller, [
      ...deliver(target, "r1", { PORT: String(port), JWT_SECRET: "first" }),
      verify(target, { checks: [{ kind: "http", url, status: 200, timeout: 1000 }] }),
    ]);
    expect(answers.map(({ kind }) => kind)).toEqual(["done", "done", "done", "done"]);
    const [seen] = await host.observe([target]);
    expect(seen).toMatchObject({
      owner: { kind: "owned", owner: controller.owner, auditHead: controller.auditHead },
      record: { release: "r1" },
      file: { kind: "present", content: "recorded", mode: "600" },
      instances: [{ instance: "", state: "active", carries: { kind: "recorded" } }],
    });
  });

  test("keeps its processes when it is opened again, and gives the restarted one the new values", async () => {
    const target = targetOf(["node", "-e", "setInterval(() => {}, 1000)"]);
    await host.perform(controller, deliver(target, "r1", { A: "1" }));
    host = openHost();
    const [before] = await host.observe([target]);
    expect(before?.instances[0]).toMatchObject({ state: "active", carries: { kind: "recorded" } });
    await host.perform(controller, deliver(target, "r2", { A: "2" }).slice(0, 2));
    const [stale] = await host.observe([target]);
    expect(stale?.instances[0]?.carries).toEqual({ kind: "previous" });
    const answers = await host.perform(controller, [restart(target), verify(target)]);
    expect(answers.at(-1)).toMatchObject({ kind: "done" });
    const [after] = await host.observe([target]);
    expect(after?.instances[0]?.invocation).not.toBe(before?.instances[0]?.invocation);
    expect(after?.instances[0]?.carries).toEqual({ kind: "recorded" });
  });

  test("brings a file that was edited by hand back as it was found, and no record claims it", async () => {
    const target = targetOf(["node", "-e", "setInterval(() => {}, 1000)"]);
    await host.perform(controller, deliver(target, "r1", { A: "1" }));
    writeFileSync(join(folder, "backend", ".env"), "A=by-hand\n");
    await host.perform(controller, [restart(target), ...deliver(target, "r2", { A: "2" }).slice(0, 2)]);
    const [seen] = await host.observe([target]);
    expect(seen).not.toHaveProperty("previous");
    expect(seen?.instances[0]?.carries).toMatchObject({ kind: "different", names: expect.arrayContaining(["A"]) });
    await host.perform(controller, [{ kind: "return", target }, restart(target)]);
    expect(readFileSync(join(folder, "backend", ".env"), "utf8")).toBe("A=by-hand\n");
    const [after] = await host.observe([target]);
    expect(after).toMatchObject({ file: { content: "unrecorded" }, instances: [{ carries: { kind: "unknown" } }] });
  });

  test("names the variables in which a process differs, and no value", async () => {
    const target = targetOf(["node", "-e", "setInterval(() => {}, 1000)"], { TOKEN: "of-the-instance" });
    const answers = await host.perform(controller, [
      ...deliver(target, "r1", { TOKEN: "of-the-file", OTHER: "same" }),
      verify(target),
    ]);
    expect(answers.at(-1)).toMatchObject({ kind: "failed", reason: "environment-differs" });
    expect(JSON.stringify(answers)).toContain("TOKEN");
    expect(JSON.stringify(answers)).not.toMatch(/OTHER|of-the-/);
  });

  test("says with which exit code a process died", async () => {
    const target = targetOf(["node", "-e", "process.exit(7)"]);
    const answers = await host.perform(controller, [...deliver(target, "r1", { A: "1" }), verify(target)]);
    expect(answers.at(-1)).toMatchObject({ kind: "failed", reason: "died", detail: "the process ended (exit code 7)" });
    const [seen] = await host.observe([target]);
    expect(seen?.instances[0]?.state).toBe("failed");
  });

  test("tells a command that is not there and a health check that hangs apart", async () => {
    const missing = targetOf(["/no/such/program"]);
    const answers = await host.perform(controller, deliver(missing, "r1", { A: "1" }));
    expect(answers.at(-1)).toMatchObject({
      reason: "start-failed",
      detail: "the command could not be started (ENOENT)",
    });
    const target = targetOf(["node", "-e", "setInterval(() => {}, 1000)"]);
    const port = await freePort();
    const url = `http://127.0.0.1:${port}/`;
    const late = await host.perform(controller, [
      ...deliver(target, "r2", { A: "2" }),
      verify(target, { checks: [{ kind: "http", url, status: 200, timeout: 200 }], deadline: 500 }),
    ]);
    expect(late.at(-1)).toMatchObject({ reason: "unhealthy", detail: `${url} did not answer` });
  });

  test("gives a process the file, its own instance's variables and nothing of ours", async () => {
    const target = targetOf(["node", "-e", "console.log(Object.keys(process.env).sort().join(' '))"], { WORKER: "1" });
    host = openHost({ PATH: process.env["PATH"], HOME: "/", KEYTURN_PASSPHRASE: "x", LD_PRELOAD: "" });
    await host.perform(controller, deliver(target, "r1", { A: "1" }));
    const log = join(folder, "backend", "backend.log");
    await expect
      .poll(() => readFileSync(log, "utf8"))
      .toBe("A HOME KEYTURN_FILE KEYTURN_INVOCATION KEYTURN_RELEASE PATH WORKER\n");
    expect(statSync(log).mode & 0o777).toBe(0o600);
  });

  test("knows the way back after a crash between the two renames of a swap", async () => {
    const target = targetOf(["node", "-e", "setInterval(() => {}, 1000)"]);
    await host.perform(controller, deliver(target, "r1", { A: "1" }).slice(0, 2));
    await host.perform(controller, deliver(target, "r2", { A: "2" }).slice(0, 2));
    const third = deliver(target, "r3", { A: "3" }).slice(0, 2);
    await host.perform(controller, third.slice(0, 1));
    const place = (name: string) => join(folder, "backend", name);
    // what a swap does first: the previous file is kept, the new one is renamed into place
    copyFileSync(place(".env"), place("previous.env"));
    copyFileSync(place("record.json"), place("previous.json"));
    renameSync(place("staged.env"), place(".env"));
    await host.perform(controller, third);
    expect((await host.observe([target]))[0]).toMatchObject({ record: { release: "r3" }, previous: { release: "r2" } });
    await host.perform(controller, [{ kind: "return", target }]);
    expect(readFileSync(place(".env"), "utf8")).toBe("A=2\nKEYTURN_RELEASE=r2\n");
  });

  test("stops what it started, kills what does not listen, and counts both", async () => {
    const deaf = `process.on("SIGTERM", () => {}); console.log("up"); setInterval(() => {}, 1000)`;
    const target = targetOf(["node", "-e", deaf]);
    await host.perform(controller, deliver(target, "r1", { A: "1" }));
    await expect.poll(() => readFileSync(join(folder, "backend", "backend.log"), "utf8")).toBe("up\n");
    expect(await runningProcesses(folder)).toHaveLength(1);
    expect(await stopProcesses(folder, { limit: 300 })).toEqual({ stopped: 0, killed: 1, gone: 0 });
    expect(await runningProcesses(folder)).toEqual([]);
    expect(await stopProcesses(folder)).toEqual({ stopped: 0, killed: 0, gone: 0 });
  });

  test("finds a process whose starter was killed before it wrote its number down", async () => {
    const noted = `console.log(require("${join(folder, "backend", "instance.json")}").invocation === process.env.KEYTURN_INVOCATION)`;
    const target = targetOf(["node", "-e", `${noted}; setInterval(() => {}, 1000)`]);
    await host.perform(controller, deliver(target, "r1", { A: "1" }));
    await expect.poll(() => readFileSync(join(folder, "backend", "backend.log"), "utf8")).toBe("true\n");
    const [lost] = await runningProcesses(folder);
    const path = join(folder, "backend", "instance.json");
    writeFileSync(path, JSON.stringify({ ...lost, pid: 0, identity: "" }));
    expect(await runningProcesses(folder)).toEqual([lost]);
    await host.perform(controller, [restart(target)]);
    const [now] = await runningProcesses(folder);
    expect(now?.pid).not.toBe(lost?.pid);
    expect(() => process.kill(lost?.pid ?? 0, 0)).toThrow("ESRCH");
  });

  test("never signals a process that only has the same number", async () => {
    const target = targetOf(["node", "-e", "setInterval(() => {}, 1000)"]);
    await host.perform(controller, deliver(target, "r1", { A: "1" }));
    const [running] = await runningProcesses(folder);
    const { signalProcess } = await import("../../src/host/process/running.ts");
    if (running === undefined) throw new Error("nothing runs");
    expect(await signalProcess({ ...running, identity: "1" }, "SIGKILL")).toBe(false);
    expect(await runningProcesses(folder)).toHaveLength(1);
  });
});

function openHost(environment: Readonly<Record<string, string | undefined>> = { PATH: process.env["PATH"] }): Host {
  return openProcessHost({ name: "local", folder, node: process.execPath, readFile: readFileOf, environment });
}

function targetOf(command: readonly string[], environment: Variables = {}): TargetAddress {
  const instances = [{ instance: "", unit: "backend", environment }];
  return {
    id: "backend@local",
    service: "backend",
    runtime: { kind: "process", command, directory: folder, instances },
  };
}

function deliver(target: TargetAddress, release: string, variables: Variables): HostRequest[] {
  const all = { ...variables, KEYTURN_RELEASE: release };
  return [
    { kind: "stage", target, file: fileOf(all), record: recordOf(release, all) },
    { kind: "swap", target },
    restart(target),
  ];
}

function restart(target: TargetAddress): HostRequest {
  return { kind: "restart", target, instance: "", action: "restart" };
}

function verify(
  target: TargetAddress,
  options: Partial<Pick<Extract<HostRequest, { kind: "verify" }>, "checks" | "deadline">> = {},
): HostRequest {
  return { kind: "verify", target, instance: "", checks: options.checks ?? [], deadline: options.deadline ?? 5000 };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
