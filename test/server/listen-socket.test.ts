import { chmod, lstat, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { listenAtSocket } from "../../src/server/listen-socket.ts";
import { makeHttpServer, type Listening } from "../../src/server/listen.ts";
import { socketPath } from "./serve-two.ts";

async function listenAt(path: string): Promise<Listening> {
  const listening = await listenAtSocket(
    makeHttpServer(async () => new Response("here")),
    path,
  );
  onTestFinished(() => listening.close());
  return listening;
}

test("owner and group may connect, and nothing is left behind", async () => {
  const path = await socketPath();
  const door = await listenAt(path);
  expect(door.address).toBe(path);
  const found = await lstat(path);
  expect([found.isSocket(), found.mode & 0o777]).toEqual([true, 0o660]);
  await door.close();
  await expect(lstat(path)).rejects.toMatchObject({ code: "ENOENT" });
});

test("what a killed process left is replaced; where one answers, it is left alone", async () => {
  const path = await socketPath();
  const script = `require("net").createServer().listen(${JSON.stringify(path)}, () => console.log("listens"))`;
  const other = spawn(process.execPath, ["--eval", script], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void other.kill("SIGKILL"));
  await once(other.stdout, "data");
  await expect(listenAt(path)).rejects.toMatchObject({ code: "PORT_TAKEN" });
  other.kill("SIGKILL");
  await once(other, "close");
  expect((await lstat(path)).isSocket()).toBe(true);
  await listenAt(path);
});

test("a socket that another worker has taken over is not taken away from it", async () => {
  const path = await socketPath();
  const door = await listenAt(path);
  await rm(path);
  const other = createServer().listen(path);
  onTestFinished(() => void other.close());
  await once(other, "listening");
  await door.close();
  expect((await lstat(path)).isSocket()).toBe(true);
});

test("no socket comes into a folder that others write into, nor in the place of a file", async () => {
  const folder = await mkdtemp(join(tmpdir(), "keyturn-socket-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, "worker.sock");
  for (const mode of [0o777, 0o1777, 0o770]) {
    await chmod(folder, mode);
    await expect(listenAt(path)).rejects.toMatchObject({ code: "USAGE", hint: expect.stringContaining("chmod 750") });
  }
  await chmod(folder, 0o750);
  await writeFile(path, "kept");
  await expect(listenAt(path)).rejects.toMatchObject({ code: "USAGE", message: expect.stringContaining("no socket") });
  await expect(listenAt(join(folder, "none", "worker.sock"))).rejects.toMatchObject({ code: "USAGE" });
  await expect(listenAt(join(folder, "x".repeat(120)))).rejects.toMatchObject({ code: "USAGE" });
});
