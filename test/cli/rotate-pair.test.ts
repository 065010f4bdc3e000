import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, inject, test, vi } from "vitest";
import { firstKey, firstSecret, keysAt, pairPlatform, presentPair, statusFor } from "../operation/pair-platform.ts";
import { keyturnAt } from "./keyturn.ts";

// a command for each of the places where one may be cut off
vi.setConfig({ testTimeout: 600_000 });

const bin = inject("command");
const preload = new URL("kill-at-write.ts", import.meta.url).href;

test("plan, rotate and rotations tell both names, and no value", async () => {
  const platform = await pairPlatform({ secret: "" });
  const keyturn = keyturnAt(platform.folder);
  const plan = await keyturn("plan --rotate LIVEKIT_API_KEY");
  expect(plan.out.replaceAll(/[0-9a-f]{12,16}/g, "FINGERPRINT").replaceAll(/about \d+ s/g, "about N s"))
    .toMatchInlineSnapshot(`
      "LIVEKIT_API_SECRET  v1 FINGERPRINT → a new version
      LIVEKIT_API_KEY  v1 FINGERPRINT → a new version, with it
        livekit  verifies it, has LIVEKIT_KEYS, which follows from it  1 instance
        dialler  presents it                                           1 instance
        nothing makes a new pair: a person gives both, with --value
        1.  livekit take both values                                        1 restart, about N s
        2.  dialler present the new value                                   1 restart, about N s
        3.  livekit forget the old value                                    1 restart, about N s
        4.  the old value ends: retired, and destroyed where hosts keep it  no way back from here
      about N s in all, each step proved before the next
      warning: livekit does not report which value it is shown: a caller that nobody named would be missed
        → \`verifies: { LIVEKIT_API_SECRET: { report: … } }\` in keyturn.yaml, docs/rotation.md
      "
    `);
  const json = JSON.parse((await keyturn("plan --rotate LIVEKIT_API_KEY --json")).out) as Readonly<
    Record<string, unknown>
  >;
  expect(json).toMatchObject({
    name: "LIVEKIT_API_SECRET",
    companion: { name: "LIVEKIT_API_KEY", from: { number: 1 } },
    unmade: ["LIVEKIT_API_SECRET", "LIVEKIT_API_KEY"],
  });
  const unmade = await keyturn("rotate LIVEKIT_API_SECRET --yes");
  expect([unmade.code, unmade.err]).toEqual([75, expect.stringContaining("nothing makes a new")]);
  const [key, secret] = ["APIplantedplant", "planted-secret-which-is-long-enough-too"];
  const half = await keyturn("rotate LIVEKIT_API_SECRET --value --yes", { input: `LIVEKIT_API_SECRET=${secret}\n` });
  expect([half.code, half.err]).toEqual([64, expect.stringContaining("expected two lines, LIVEKIT_API_KEY=… and")]);
  const input = `LIVEKIT_API_KEY=${key}\nLIVEKIT_API_SECRET="${secret}"\n`;
  const done = await keyturn("rotate LIVEKIT_API_KEY --value --yes --wait 10", { input });
  expect([done.code, done.out.split("\n")[0]]).toEqual([
    0,
    "done: LIVEKIT_API_SECRET with LIVEKIT_API_KEY is rotated everywhere, the old value is retired",
  ]);
  expect(await statusFor(platform, key, secret)).toBe(200);
  const list = await keyturn("rotations");
  expect(list.out).toContain("LIVEKIT_API_SECRET, LIVEKIT_API_KEY");
  const trail = await keyturn("rotations LIVEKIT_API_KEY");
  expect(trail.out).toContain("v1, LIVEKIT_API_KEY v1");
  for (const { out, err } of [plan, unmade, half, done, list, trail]) {
    for (const value of [key, secret, firstKey, firstSecret]) expect(out + err).not.toContain(value);
  }
  const set = await keyturn("set LIVEKIT_API_KEY", { input: "APIanother\n" });
  expect(set.out).toContain("! it goes with LIVEKIT_API_SECRET: set that as well");
});

/** Ends with SIGKILL at its write of that number, or by itself; how many it came to. */
async function rotateUntil(folder: string, way: string, number: number, moment: string) {
  const file = join(folder, "writes");
  await writeFile(file, "");
  const words = ["rotate", "LIVEKIT_API_SECRET", ...(way === "" ? [] : [way]), "--yes", "--wait", "20"];
  const child = spawn(process.execPath, ["--import", preload, bin, ...words], {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "", KEYTURN_KILL: `${number} ${moment} ${file}` },
    stdio: "ignore",
  });
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  return { killed: signal === "SIGKILL", code, writes: (await readFile(file, "utf8")).split("\n").length - 1 };
}

test.each([
  ["before", "--continue", 0],
  ["behind", "--back", 1],
] as const)(
  "killed %s what it writes down, further each time, it ends by %s with whole pairs",
  async (moment, way, code) => {
    const platform = await pairPlatform();
    let last = await rotateUntil(platform.folder, "", 3, moment);
    for (let number = 6; last.killed; number += 3) {
      // a way back is taken from the middle
      last = await rotateUntil(platform.folder, way === "--back" && number < 12 ? "--continue" : way, number, moment);
    }
    expect(last.code).toBe(code);
    const { key, secret } = await presentPair(platform);
    expect([key === firstKey, secret === firstSecret]).toEqual(way === "--back" ? [true, true] : [false, false]);
    expect([await keysAt(platform), await statusFor(platform, key, secret)]).toEqual([1, 200]);
    const [listed] = JSON.parse((await keyturnAt(platform.folder)("rotations --json")).out) as readonly object[];
    expect(listed).toMatchObject({ state: way === "--back" ? "returned" : "done" });
  },
);
