import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openProcessHost, takeLock, type HostRequest, type TargetAddress } from "#host";
import { controller, fileOf, readFileOf, recordOf, temporaryFolder } from "./fixture.ts";

let folder: string;
let child: ChildProcess | undefined;

beforeEach(() => {
  folder = temporaryFolder();
});

afterEach(() => {
  child?.kill("SIGKILL");
  child = undefined;
  rmSync(folder, { recursive: true });
});

test("two Keyturn processes never work on one service at a time, and a killed one holds nobody up", async () => {
  const options = { name: "local", folder, node: process.execPath, readFile: readFileOf, environment: {} };
  const host = openProcessHost(options);
  await holdElsewhere(join(folder, "backend", "lock"));
  const call = host.perform(controller, stage("backend"));
  await expect(call).rejects.toMatchObject({ code: "LEASE_HELD", message: expect.stringContaining(`${child?.pid}`) });
  expect(await host.perform(controller, stage("dialler"))).toMatchObject([{ kind: "done" }]);
  child?.kill("SIGKILL");
  if (child !== undefined) await once(child, "exit");
  expect(await host.perform(controller, stage("backend"))).toMatchObject([{ kind: "done" }]);
  expect(readdirSync(join(folder, "backend"))).not.toContain("lock");
});

test("of many that want a lock left behind, one gets it", async () => {
  const path = join(folder, "lock");
  for (const left of ["4194304 1", `${process.pid} 1\nab`, ""]) {
    writeFileSync(path, left);
    const locks = await Promise.all(Array.from({ length: 8 }, () => takeLock(path)));
    const taken = locks.flatMap((lock) => (lock.kind === "taken" ? [lock] : []));
    expect(taken).toHaveLength(1);
    expect(await takeLock(path)).toEqual({ kind: "held", pid: process.pid });
    await taken[0]?.release();
    expect(readdirSync(folder)).toEqual([]);
  }
});

function stage(service: string): HostRequest[] {
  const runtime = { kind: "process", command: ["true"], directory: folder, instances: [] } as const;
  const target: TargetAddress = { id: `${service}@local`, service, runtime };
  return [{ kind: "stage", target, file: fileOf({ A: "1" }), record: recordOf("r1", { A: "1" }) }];
}

async function holdElsewhere(path: string): Promise<void> {
  const module = new URL("../../src/host/process/lock.ts", import.meta.url);
  const program = `import { takeLock } from ${JSON.stringify(module.href)};
    console.log((await takeLock(${JSON.stringify(path)})).kind);
    setInterval(() => {}, 1000);`;
  child = spawn(process.execPath, ["--input-type=module", "-e", program], { stdio: ["ignore", "pipe", "inherit"] });
  const [said] = (await once(child.stdout ?? process.stdin, "data")) as [Buffer];
  expect(said.toString()).toBe("taken\n");
}
