import { spawn } from "node:child_process";
import { expect, inject, test } from "vitest";
import { callsOf, rotatingPlatform, statusFor } from "../operation/rotating-platform.ts";
import { keyturnAt } from "./keyturn.ts";

const bin = inject("command");

/** Runs until so many events were told, and is killed then as a machine that loses power kills it. */
function killedAfter(folder: string, events: number): Promise<number> {
  const child = spawn(process.execPath, [bin, "rotate", "TOKEN", "--yes", "--json", "--wait", "5"], {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let told = 0;
  child.stderr.on("data", (chunk: Buffer) => {
    told += chunk.toString().split("\n").length - 1;
    if (told >= events) child.kill("SIGKILL");
  });
  return new Promise((resolve) => child.once("close", () => resolve(told)));
}

test("killed at any moment, it goes on or back to the end, and no call is refused", async () => {
  const platform = await rotatingPlatform();
  const keyturn = keyturnAt(platform.folder);
  for (const [index, events] of [4, 9, 15, 22, 30].entries()) {
    await killedAfter(platform.folder, events);
    const way = index % 3 === 2 ? "--back" : "--continue";
    const { code, out, err } = await keyturn(`rotate TOKEN ${way} --yes`);
    // killed before it began, or behind its end, there is nothing to go on with
    if (code === 69) expect(err).toContain("no rotation of TOKEN is open");
    else
      expect([out, code]).toEqual([
        expect.stringMatching(/is rotated everywhere|has the value before/),
        way === "--back" ? 1 : 0,
      ]);
    expect((await keyturn("plan")).code).toBe(0);
    expect((await callsOf(platform)).refused).toBe(0);
  }
  const rotations = JSON.parse((await keyturn("rotations --json")).out) as readonly { readonly state: string }[];
  expect(rotations.every(({ state }) => state !== "open")).toBe(true);
  expect(rotations.length).toBeGreaterThan(3);
  expect(await statusFor(platform, "the-value-that-was-first")).toBe(401);
}, 240_000);

test("while it is open every command names the next one", async () => {
  const platform = await rotatingPlatform();
  const keyturn = keyturnAt(platform.folder);
  await killedAfter(platform.folder, 12);
  const plan = await keyturn("plan --rotate TOKEN");
  expect(plan.out).toMatch(/warning: .* is rotating TOKEN already \(rot_\w+, step \d of 3\)/);
  const other = await keyturn("set TOKEN", { input: "a-value-that-comes-between" });
  for (const text of [plan.out, other.err]) {
    expect(text).toContain(
      "`keyturn rotate TOKEN --continue` goes on with it, `keyturn rotate TOKEN --back` takes it back",
    );
  }
});

test("plan, rotate and rotations tell everything and no value", async () => {
  const platform = await rotatingPlatform();
  const keyturn = keyturnAt(platform.folder);
  const plan = await keyturn("plan --rotate TOKEN");
  expect(plan.code).toBe(2);
  expect(plain(plan.out)).toMatchInlineSnapshot(`
    "TOKEN  v1 FINGERPRINT → a new version
      api     verifies it  1 instance
      caller  presents it  1 instance
      1.  api take both values                                            1 restart, about N s
      2.  caller present the new value                                    1 restart, about N s
      3.  api forget the old value                                        1 restart, about N s
      4.  the old value ends: retired, and destroyed where hosts keep it  no way back from here
    about N s in all, each step proved before the next
    "
  `);
  const hurried = await keyturn("plan --rotate TOKEN --compromised");
  expect([hurried.code, plain(hurried.out)]).toMatchInlineSnapshot(`
    [
      2,
      "TOKEN  v1 FINGERPRINT → a new version
      api     verifies it  1 instance
      caller  presents it  1 instance
      1.  api, caller change together                                                                2 restarts, about N s
      2.  the old value ends: compromised, and never taken again, and destroyed where hosts keep it  no way back from here
    about N s in all, each step proved before the next
    warning: calls between api, caller fail while they change, about N s: a compromised value gets no overlap
      → only without --compromised do calls go on, and whoever else knows the value has it until the end
    ",
    ]
  `);
  const document = JSON.parse((await keyturn("plan --rotate TOKEN --compromised --json")).out) as object;
  expect(document).toMatchObject({ name: "TOKEN", compromised: true, steps: [{ phase: "swap" }] });
  expect((await keyturn("plan --compromised")).err).toContain("belong to --rotate NAME");
  expect((await keyturn("plan api --rotate TOKEN")).code).toBe(64);
  expect((await keyturn("rotations")).out).toBe("nothing was rotated yet\n");
  const fresh = "a-value-that-somebody-else-made";
  const done = await keyturn("rotate TOKEN --value --yes --wait 10", { input: `${fresh}\n` });
  expect([done.code, done.out.split("\n")[0]]).toEqual([
    0,
    "done: TOKEN is rotated everywhere, the old value is retired",
  ]);
  expect(done.out).toMatch(/calls meanwhile: \d+ went through, 0 failed/);
  expect(await statusFor(platform, fresh)).toBe(200);
  const trail = await keyturn("rotations TOKEN");
  expect(trail.out).toContain("refuses the old value");
  for (const { out, err } of [plan, done, trail]) expect(out + err).not.toContain(fresh);
  expect((await keyturn("rotate TOKEN=value")).code).toBe(64);
  expect((await keyturn("rotate TOKEN --continue --yes")).code).toBe(69);
});

/** Without what differs from one run to the next. */
function plain(text: string): string {
  return text.replaceAll(/[0-9a-f]{12,16}/g, "FINGERPRINT").replaceAll(/about \d+ s/g, "about N s");
}
