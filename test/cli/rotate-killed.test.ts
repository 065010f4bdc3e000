import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, inject, test, vi } from "vitest";
import { voxbridge, type Voxbridge } from "../example/voxbridge-platform.ts";
import { keyturnAt } from "./keyturn.ts";

// a command for each of the places where one may be cut off
vi.setConfig({ testTimeout: 1_800_000 });

const bin = inject("command");
const preload = new URL("kill-at-write.ts", import.meta.url).href;
/** With 1 every one of its writes is the last one of some command, which takes twenty minutes; with 5 every fifth. */
const stride = Number(process.env["EVERY_WRITE"] ?? 0);

type Moment = "before" | "behind";
type Way = "" | "--continue" | "--back" | "--compromised";

/** Ends with SIGKILL at its write of that number, or by itself; how many it came to. */
async function rotateUntil(
  { folder }: Voxbridge,
  way: Way,
  [number, moment]: readonly [number, Moment],
): Promise<{ readonly killed: boolean; readonly code: number | null; readonly writes: number }> {
  const file = join(folder, "writes");
  await writeFile(file, "");
  const words = ["rotate", "VOXCORE_SECRET", ...(way === "" ? [] : [way]), "--yes", "--wait", "60"];
  const child = spawn(process.execPath, ["--import", preload, bin, ...words], {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "", KEYTURN_KILL: `${number} ${moment} ${file}` },
    stdio: "ignore",
  });
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  const writes = (await readFile(file, "utf8")).split("\n").length - 1;
  return { killed: signal === "SIGKILL", code, writes };
}

interface Listed {
  readonly state: string;
  readonly steps: readonly unknown[];
}

/** Everything has one value, nothing is open, and no call was lost. */
async function expectClean(platform: Voxbridge, state: "done" | "returned"): Promise<void> {
  const keyturn = keyturnAt(platform.folder);
  const [listed, ...others] = JSON.parse((await keyturn("rotations --json")).out) as readonly Listed[];
  expect(listed?.state).toBe(state);
  expect(others.filter((one) => one.state === "open")).toEqual([]);
  expect((await keyturn("plan")).out).toContain("nothing to do");
  expect((await platform.calls()).lost).toBe(0);
}

test.each([
  ["before", "--continue"],
  ["behind", "--continue"],
  ["before", "--back"],
] as const)(
  "killed %s what it writes down, further each time, it comes to its end by %s, and no call is lost",
  async (moment, way) => {
    const platform = await voxbridge();
    const first = moment === "before" ? 2 : 3;
    let last = await rotateUntil(platform, "", [first, moment]);
    // a command that is killed at its first writes again and again comes nowhere: each has two more
    for (let number = first + 2; last.killed; number += 2) {
      // a way back is taken from the middle
      last = await rotateUntil(platform, way === "--back" && number < 8 ? "--continue" : way, [number, moment]);
    }
    expect(last.code).toBe(way === "--back" ? 1 : 0);
    await expectClean(platform, way === "--back" ? "returned" : "done");
    expect((await platform.calls()).attached).toBeGreaterThan(100);
  },
);

test("killed in the middle of a rollout, it becomes an emergency from there", async () => {
  const platform = await voxbridge();
  // two of the three restarts of its second step are done
  expect(await rotateUntil(platform, "", [34, "before"])).toMatchObject({ killed: true });
  expect(await rotateUntil(platform, "--compromised", [0, "before"])).toMatchObject({ killed: false, code: 0 });
  const keyturn = keyturnAt(platform.folder);
  const [listed] = JSON.parse((await keyturn("rotations --json")).out) as readonly Listed[];
  expect(listed).toMatchObject({ state: "done", compromised: true });
  expect((await keyturn("plan")).out).toContain("nothing to do");
});

// no test that is left out where it takes too long: there is none
if (stride > 0) {
  test("killed at each of its writes, once before it and once behind it, it goes on to its end", async () => {
    const platform = await voxbridge();
    const { writes } = await rotateUntil(platform, "", [0, "behind"]);
    expect(writes).toBeGreaterThan(50);
    for (let number = 1; number <= writes; number += stride) {
      for (const moment of ["before", "behind"] as const) {
        const cut = await rotateUntil(platform, "", [number, moment]);
        expect([number, moment, cut.killed]).toEqual([number, moment, true]);
        const { code } = await rotateUntil(platform, "--continue", [0, moment]);
        // before the first there is nothing to go on with, and behind the last neither
        if (code === 69) expect([1, writes - 1, writes]).toContain(number);
        else expect([number, moment, code]).toEqual([number, moment, 0]);
        expect([number, moment, await platform.calls()]).toMatchObject([number, moment, { lost: 0 }]);
      }
    }
    await expectClean(platform, "done");
  });
}
