import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, onTestFinished, test, vi } from "vitest";
import { AppError, systemClock } from "#kernel";
import { listRotations, rotateDue } from "#operation";
import { openDesk } from "../../src/server/desk/desk.ts";
import { scheduleRotations, type RotationScheduleOptions } from "../../src/server/schedule/rotation-schedule.ts";
import { byClock, movedClock } from "../operation/later.ts";
import { firstValue, rotatingPlatform, statusFor } from "../operation/rotating-platform.ts";
import { askAt, startServer } from "./fixture.ts";

// processes are started and asked many times over
vi.setConfig({ testTimeout: 180_000 });

const day = 24 * 3_600_000;

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Looks every 50 ms, and keeps what it tells. */
function schedule(more: Pick<RotationScheduleOptions, "visit"> & Partial<RotationScheduleOptions>) {
  const news: object[] = [];
  const troubles: string[] = [];
  const desk = openDesk({ clock: systemClock, makeId: (kind) => `${kind}_${news.length}` });
  const rounds = scheduleRotations({
    clock: systemClock,
    every: 50,
    desk,
    environments: async () => ["local"],
    notify: async (one) => void news.push(one),
    onTrouble: (line) => void troubles.push(line),
    ...more,
  });
  const end = () => Promise.all([desk.close(), rounds.close()]);
  onTestFinished(async () => void (await end()));
  return { news, troubles, desk, end };
}

test("a server begins what is due, shows it at its desk, and tells the end of it once", async () => {
  const platform = await rotatingPlatform({ rotate: "{ every: 90d }" });
  const context = await byClock(platform.again(), movedClock(91 * day));
  const { news, troubles, desk, end } = schedule({ visit: () => ({ context, close: async () => undefined }) });
  await until(() => news.length > 0);
  expect(news).toMatchObject([
    { kind: "rotation", environment: "local", name: "TOKEN", version: 1, state: "rotated", due: expect.any(String) },
  ]);
  const [rotation, ...more] = await listRotations(context);
  expect([rotation?.state, more]).toEqual(["done", []]);
  expect(
    desk
      .logOf(rotation?.id ?? "")
      ?.after(undefined)
      .at(-1)?.data,
  ).toMatchObject({ kind: "rotation-ended" });
  expect(await statusFor(platform, firstValue)).toBe(401);
  await end();
  expect(news).toHaveLength(1);
  expect(troubles).toEqual([]);
});

test("one that is stopped with its server stays open, and the next one leaves it to a person", async () => {
  const platform = await rotatingPlatform({ rotate: "{ every: 90d }" });
  const context = await byClock(platform.again(), movedClock(91 * day));
  const visit = () => ({ context, close: async () => undefined });
  const first = schedule({ visit });
  await until(async () => (await listRotations(context)).some(({ state }) => state === "open"));
  await first.end();
  const second = schedule({ visit });
  await until(() => second.news.length > 0 || first.news.length > 0);
  await second.end();
  expect([...first.news, ...second.news]).toMatchObject([{ state: "held", detail: expect.stringContaining("--back") }]);
  expect(await rotateDue(context, { onEvent: () => undefined, patience: 1000 })).toEqual([]);
  expect(await listRotations(context)).toMatchObject([{ state: "open" }]);
});

test("a round that can't look says so, and the next one comes all the same", async () => {
  const { troubles, end } = schedule({
    visit: () => {
      throw new Error("nobody is visited");
    },
  });
  const other = schedule({
    visit: () => {
      throw new Error("nobody is visited");
    },
    environments: async () => {
      throw new AppError("STORE_BUSY", "another process holds the store");
    },
  });
  await until(() => troubles.length >= 2 && other.troubles.length >= 2);
  await Promise.all([end(), other.end()]);
  expect(JSON.parse(troubles[0] ?? "")).toMatchObject({
    trouble: "INTERNAL",
    doing: "rotations",
    environment: "local",
  });
  expect(JSON.parse(other.troubles[0] ?? "")).toMatchObject({ trouble: "STORE_BUSY", doing: "rotations" });
});

test("a person is reminded by a post, a line, a metric and the list of secrets", async () => {
  const seen: string[] = [];
  const hook = createServer((request, response) => {
    request.on("data", (chunk: Buffer) => seen.push(chunk.toString()));
    request.on("end", () => response.writeHead(204).end());
  });
  await new Promise<void>((resolve) => hook.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void hook.close());
  const platform = await rotatingPlatform({ rotate: "{ every: 1h, by: person }" });
  const database = new DatabaseSync(join(platform.context.home, "keyturn.db"));
  database.exec("update value set created_at = created_at - 7200000");
  database.close();
  const webhookFile = join(platform.folder, "webhook");
  await writeFile(webhookFile, `http://127.0.0.1:${(hook.address() as AddressInfo).port}/x`, { mode: 0o600 });
  const lines: string[] = [];
  const news = { webhookFile, onNews: (line: string) => void lines.push(line), rotateEvery: 50 };
  const server = await startServer(news, platform.folder);
  await until(() => seen.length > 0);
  expect(JSON.parse(seen.join(""))).toMatchObject({ kind: "rotation", name: "TOKEN", state: "person", version: 1 });
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([{ kind: "rotation", state: "person" }]);
  const token = await server.token("local:viewer");
  const metrics = await askAt(server.served.address, "/v1/environments/local/metrics", { token });
  expect(metrics.text).toContain(
    'keyturn_rotation_waits_for_person{environment="local",variable="TOKEN",by="person",state="person"} 1\n',
  );
  const { body } = await server.ask("/v1/environments/local/secrets", { token });
  expect(body.secrets).toMatchObject([{ name: "TOKEN", rotation: { by: "person", state: "person" } }]);
});
