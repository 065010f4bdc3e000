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

test("half-written files of a killed process are gone when the next one has the lock", async () => {
  const place = join(folder, "backend");
  const module = new URL("../../src/host/process/place.ts", import.meta.url);
  const program = `import { writeWhole } from ${JSON.stringify(module.href)};
    import fs from "node:fs/promises";
    const handle = await fs.open(process.execPath);
    Object.getPrototypeOf(handle).sync = () => { console.log("written"); return new Promise(() => setInterval(() => {}, 1000)); };
    await writeWhole(${JSON.stringify(join(place, "staged.env"))}, Buffer.from("A=secret"));`;
  child = spawn(process.execPath, ["--input-type=module", "-e", program], { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout ?? process.stdin, "data");
  expect(readdirSync(place)).toEqual([expect.stringMatching(/^staged\.env\.[0-9a-f]{12}\.tmp$/)]);
  child.kill("SIGKILL");
  await once(child, "exit");
  const options = { name: "local", folder, node: process.execPath, readFile: readFileOf, environment: {} };
  expect(await openProcessHost(options).perform(controller, stage("backend"))).toMatchObject([{ kind: "done" }]);
  expect(readdirSync(place).filter((name) => name.endsWith(".tmp"))).toEqual([]);
});
