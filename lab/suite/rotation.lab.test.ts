import { afterAll, beforeAll, expect, test } from "vitest";
import { openLab } from "../lab.ts";
import { countedCalls, expectRotated, presentedSecret, startCalling } from "./calling.ts";
import { freshHosts } from "./fresh-hosts.ts";
import { must, openPlatform } from "./platform.ts";
import { attachedCalls, fleet, processEnvironment } from "./running-service.ts";

const lab = openLab();
const platform = openPlatform();
const rate = 40;

beforeAll(() => startCalling(lab, platform, rate));

afterAll(async () => {
  platform.remove();
  await freshHosts(lab);
});

interface Result {
  readonly kind: string;
  readonly rotation: { readonly id: string; readonly step: number };
  readonly calls?: { readonly attached: number; readonly refused: number; readonly broken: number };
}

test("the shared secret of six hosts changes under load, and no attach fails", async () => {
  const old = presentedSecret(lab);
  await attachedCalls(rate);
  const plan = await platform.keyturn("plan --rotate VOXCORE_SECRET");
  expect(plan.out).toMatch(
    /1\.\s+backend, fleet take both values[^]*2\.\s+fleet, dialler present the new value[^]*3\.\s+backend, fleet forget/,
  );
  const result = await platform.json<Result>("rotate VOXCORE_SECRET --yes");
  expect(result).toMatchObject({ kind: "rotated", calls: { refused: 0, broken: 0 } });
  console.log(`attaches during the rotation: ${JSON.stringify(result.calls)}`);
  await expectRotated(lab, platform, { old, rate });
  for (const unit of fleet) {
    const environment = await processEnvironment(lab, unit);
    expect([...environment.keys()].filter((name) => name.startsWith("VOXCORE_SECRET_"))).toEqual([]);
  }
}, 400_000);

test("cut off from a host in the middle, it stays open, and goes on to its end", async () => {
  const cut = platform.start("rotate VOXCORE_SECRET --yes");
  await cut.said("step 2 of 3");
  await lab.unreachable("fleet3");
  const { code, out } = await cut.ended;
  expect([code === 0, out]).toEqual([false, expect.stringContaining("--continue")]);
  await lab.reachable("fleet3");
  const { out: done } = await must(platform, "rotate VOXCORE_SECRET --continue --yes");
  expect(done).toContain("is rotated everywhere");
  expect((await countedCalls()).refused).toBe(0);
}, 400_000);
