import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { applied, livePlatform, runFolder } from "../operation/live-platform.ts";
import { put } from "../operation/make-context.ts";
import { keyturnAt } from "../cli/keyturn.ts";
import { openHttp, openSsh } from "./places.ts";
import { same } from "./same-everywhere.ts";

/** The same platform three times: asked on its own machine, over https, and over ssh. */
async function threePlaces(options: Parameters<typeof livePlatform>[0] = {}) {
  const [own, served, behind] = [await livePlatform(options), await livePlatform(options), await livePlatform(options)];
  const http = await openHttp(served.folder, "local:operator");
  const ssh = await openSsh(behind.folder);
  const places = [
    { live: own, keyturn: keyturnAt(own.folder) },
    { live: served, keyturn: http.keyturn },
    { live: behind, keyturn: ssh.keyturn },
  ];
  const log = () => http.log() + ssh.sshd.log();
  const set = (name: string, value: string) => Promise.all(places.map(({ live }) => put(live.context, name, value)));
  return { places, set, log, cutHttp: http.cut, cutSsh: ssh.sshd.cut };
}

test("an apply shows, does, tells and ends the same here, over https and over ssh", async () => {
  const { places, set, log } = await threePlaces();
  expect(await same(places, "apply")).toMatchObject({
    code: 64,
    err: expect.stringContaining("no terminal to ask on"),
  });
  expect(await same(places, "apply --yes")).toMatchObject({
    code: 0,
    out: "done: r1 runs on 2 targets, verified\n",
    err: expect.stringContaining("wave 2 of 2: here"),
  });
  expect(await same(places, "apply --yes --json")).toMatchObject({ code: 0, out: expect.stringContaining("nothing") });
  expect(await same(places, "apply nobody --yes --json")).toMatchObject({ code: 69 });
  expect(await same(places, "apply --resume --yes")).toMatchObject({
    code: 69,
    err: expect.stringContaining("was interrupted"),
  });
  await set("MODE", "sick");
  const failed = await same(places, "apply api --yes --json");
  expect(failed).toMatchObject({ code: 1, out: expect.stringContaining('"kind": "returned"') });
  expect(JSON.parse(failed.out)).toMatchObject({ outcome: { kind: "returned", hosts: ["here"], unhealthy: [] } });
  await set("MODE", "fine");
  await set("API_KEY", "api-key-two");
  expect((await same(places, "apply --yes --json")).code).toBe(0);
  expect(await same(places, "rollback --to r99 --yes")).toMatchObject({ code: 69 });
  expect(await same(places, "rollback --yes")).toMatchObject({
    code: 0,
    err: expect.stringContaining("values of r1 become the present ones"),
  });
  expect(await same(places, "rollback --yes --to r1 --json")).toMatchObject({ code: 0 });
  expect(log()).not.toMatch(/key-(?:one|two)|token-one|keyturn_/);
}, 600_000);

test("what drifted is mended from afar as it is there, and without a yes it is left", async () => {
  const { places, log } = await threePlaces();
  for (const { live } of places) {
    await applied(live.again());
    await appendFile(join(runFolder(live.context), "fleet", ".env"), "MINE=by-hand\n");
  }
  expect(await same(places, "drift --fix")).toMatchObject({
    code: 64,
    err: expect.stringContaining("no terminal to ask on"),
  });
  expect(await same(places, "drift fleet")).toMatchObject({ code: 2, out: expect.stringContaining("MINE") });
  const fixed = await same(places, "drift --fix --yes --json");
  expect(fixed.code).toBe(0);
  expect(JSON.parse(fixed.out)).toMatchObject({
    found: { drift: expect.arrayContaining([expect.objectContaining({ kind: "file-foreign" })]) },
    applied: { kind: "rolled-out", outcome: { kind: "done" } },
    remaining: { drift: [] },
  });
  expect(await same(places, "drift --fix --yes")).toMatchObject({ code: 0 });
  expect(log()).not.toMatch(/api-key-one|token-one|by-hand|keyturn_/);
}, 600_000);

test("Ctrl-C stops it there behind the present step, and it is taken back or gone on with", async () => {
  const { places, set } = await threePlaces({ local: "    soak: 15s\n" });
  for (const { live } of places) await applied(live.again(), { waves: { sizes: ["rest"], soak: 0 } });
  await set("API_KEY", "api-key-two");
  await set("TOKEN", "token-two");
  const ctrlC = { signal: { name: "SIGINT", after: "looking on for" } } as const;
  const stopped = await same(places, "apply --yes", ctrlC);
  expect(stopped).toMatchObject({ code: 130, out: expect.stringContaining("keyturn apply --resume") });
  expect(stopped.out).toContain(" finished api@here\n not begun fleet@here\n");
  expect(stopped.err).toContain("stopping");
  expect(await same(places, "apply --return --yes")).toMatchObject({
    code: 0,
    err: expect.stringContaining("was interrupted"),
  });
  expect((await same(places, "apply --yes", ctrlC)).code).toBe(130);
  const resumed = await same(places, "apply --resume --yes --json");
  expect(resumed.code).toBe(0);
  // only what is told from now on
  expect(resumed.err).not.toContain("api@here");
}, 600_000);

test("a connection that breaks off is found again over https; over ssh it says where to look, and what was begun stays open", async () => {
  const { places, cutHttp, cutSsh } = await threePlaces({ local: "    soak: 5s\n" });
  const [, https, ssh] = places;
  const broken = await https?.keyturn("apply --yes", { meanwhile: { after: "looking on for", act: cutHttp } });
  expect(broken).toMatchObject({ code: 0, out: "done: r1 runs on 2 targets, verified\n" });
  expect(broken?.err).toMatch(
    /the connection to https:\/\/127\.0\.0\.1:\d+ is lost: trying again, the work goes on there/,
  );
  expect(broken?.err.match(/wave \d of 2/g)).toEqual(["wave 1 of 2", "wave 2 of 2"]);
  const cut = await ssh?.keyturn("apply --yes", { meanwhile: { after: "looking on for", act: cutSsh } });
  expect(cut).toMatchObject({ code: 69, out: "" });
  expect(cut?.err).toMatch(/the connection to ssh:\/\/ops1 was lost in the middle of ro_/);
  expect(cut?.err).toContain("look with `keyturn status`");
  // it still stops there
  await expect
    .poll(() => ssh?.keyturn("apply --resume --yes"), { timeout: 60_000, interval: 500 })
    .toMatchObject({ code: 0, out: "done: r1 runs on 2 targets, verified\n" });
}, 300_000);
