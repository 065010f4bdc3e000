import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { processIdentity } from "#host";
import { AppError } from "#kernel";
import { listAudit, readPortShift, setPortShift, shiftPorts, startDev, takeDevLock } from "#operation";
import { auditTrail, writeProject } from "./make-context.ts";
import { applied, livePlatform, processesOf } from "./live-platform.ts";

describe("the lock of a local platform", () => {
  test("is had once, names its holder, and may be had again afterwards", async () => {
    const home = await writeProject({});
    const release = await takeDevLock(home, "local");
    const error = await failure(takeDevLock(home, "local"));
    expect([error.code, error.message]).toEqual([
      "ALREADY_RUNNING",
      `local runs already, started by process ${process.pid}`,
    ]);
    await release();
    await (
      await takeDevLock(home, "local")
    )();
  });

  test("has one winner when many ask at once", async () => {
    const home = await writeProject({});
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => takeDevLock(home, "local")));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  test("of a killed holder is taken over, also when its number belongs to someone else now", async () => {
    const home = await writeProject({});
    await mkdir(join(home, "run/local"), { recursive: true });
    const child = spawn("sleep", ["60"]);
    onTestFinished(() => void child.kill("SIGKILL"));
    await once(child, "spawn");
    for (const left of ["999999999 1", `${child.pid} 1`, ""]) {
      await writeFile(join(home, "run/local/dev.lock"), left);
      await (
        await takeDevLock(home, "local")
      )();
    }
    await writeFile(join(home, "run/local/dev.lock"), `${child.pid} ${await processIdentity(child.pid ?? 0)}`);
    expect((await failure(takeDevLock(home, "local"))).code).toBe("ALREADY_RUNNING");
  });
});

describe("ports", () => {
  test("one that is taken is named, with the service that needs it and a way out", async () => {
    const { context, port } = await livePlatform();
    const other = createServer().listen(port, "127.0.0.1");
    onTestFinished(() => void other.close());
    await once(other, "listening");
    const error = await failure(startDev(context, { ...quiet, signal: new AbortController().signal }));
    expect(error.code).toBe("PORT_TAKEN");
    expect(error.message).toContain(`port ${port}, which api needs`);
    expect(error.hint).toContain("--port-shift");
    expect(await processesOf(context)).toEqual({});
  });

  test("one that our own process has is no obstacle", async () => {
    const { context } = await livePlatform();
    await applied(context);
    const result = await startDev(context, { ...quiet, signal: new AbortController().signal });
    expect(result.applied.kind).toBe("nothing");
    expect((await auditTrail(context)).at(-1)).toBe("value.dev local");
    const [entry] = await listAudit(context, { limit: 1 });
    expect(entry?.detail["versions"]).toEqual(["TOKEN v1", "API_KEY v1"]);
  });

  test("are moved wherever the platform names them, and nothing else is", async () => {
    const { context, port } = await livePlatform({
      files: {
        "fleet/.env.example": `# @required @sensitive\nTOKEN=\nAPI=http://127.0.0.1:9/x\nELSE=http://127.0.0.1:4317/v1\n`,
      },
    });
    const { platform } = await context.loadPlatform();
    const moved = shiftPorts(platform, 10);
    const [api, fleet] = moved.services;
    expect(api?.health).toMatchObject([{ url: `http://127.0.0.1:${port + 10}/health` }]);
    expect(api?.values["PORT"]).toEqual([{ kind: "text", text: String(port + 10) }]);
    expect(JSON.stringify(fleet)).toContain("http://127.0.0.1:4317/v1");
    expect(shiftPorts(moved, -10)).toEqual(platform);
    expect(shiftPorts(platform, 0)).toBe(platform);
  });

  test("of a TCP check move as well, with those of its instances", async () => {
    const { context } = await livePlatform();
    const { platform } = await context.loadPlatform();
    const [api] = platform.services;
    if (api === undefined) throw new Error("no service");
    const tcp = { kind: "tcp", address: "127.0.0.1", port: "810%i", from: "host", deadline: 1000 } as const;
    const moved = shiftPorts({ ...platform, services: [{ ...api, health: [tcp] }] }, 1000);
    expect(moved.services[0]?.health).toEqual([{ ...tcp, port: "910%i" }]);
  });

  test("stay moved for the next command", async () => {
    const { context, port, again } = await livePlatform();
    await setPortShift(context, 20);
    expect(readPortShift(context.home, "local")).toBe(20);
    await applied(again());
    const text = await readFile(join(context.home, "run/local/api/.env"), "utf8");
    expect(text).toContain(String(port + 20));
  });
});

const quiet = { onStage: () => undefined, onEvent: () => undefined };

async function failure(work: Promise<unknown>): Promise<AppError> {
  const error = await work.then(
    () => new Error("it went through"),
    (thrown: unknown) => thrown,
  );
  if (error instanceof AppError) return error;
  throw error;
}
