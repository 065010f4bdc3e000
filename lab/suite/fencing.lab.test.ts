import { execFileSync } from "node:child_process";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openLab } from "../lab.ts";
import { installPackages } from "../package-list.ts";
import { freshHosts } from "./fresh-hosts.ts";
import { fillStore, must, openPlatform } from "./platform.ts";
import { backend, processEnvironment, restartedSince, invocations } from "./running-service.ts";

const lab = openLab();
const platform = openPlatform();
const copy = join(platform.temporary, "copy-of-the-home");

beforeAll(async () => {
  await installPackages(["faketime"], () => {});
  await freshHosts(lab);
  await lab.publishCode();
  await fillStore(platform);
  await must(platform, "hosts prepare --yes --via root-%h");
  await must(platform, "apply --yes");
});

afterAll(async () => {
  platform.remove();
  await freshHosts(lab);
});

/** The backend gets another language; both of its hosts at once, the second behind the first where `soak` says so. */
function change(language: string): void {
  const settings = `      backend:\n        values: { CALL_LANGUAGE: ${language} }\n`;
  platform.edit("keyturn.yaml", "    services:\n      fleet:\n", `    services:\n${settings}      fleet:\n`);
}

function changeAgain(from: string, to: string): void {
  platform.edit("keyturn.yaml", `CALL_LANGUAGE: ${from}`, `CALL_LANGUAGE: ${to}`);
}

async function languages(): Promise<readonly (string | undefined)[]> {
  return Promise.all(backend.map(async (unit) => (await processEnvironment(lab, unit)).get("CALL_LANGUAGE")));
}

/** What makes a command believe that it is ten minutes later. */
function later(): Record<string, string> {
  const preload = execFileSync("faketime", ["-m", "-f", "+10m", "printenv", "LD_PRELOAD"], { encoding: "utf8" }).trim();
  return { LD_PRELOAD: preload, FAKETIME: "+10m", FAKETIME_DONT_FAKE_MONOTONIC: "1" };
}

test("a run that slept past its lease is refused by the machines when it wakes, and changes nothing", async () => {
  change("x-first");
  platform.edit("keyturn.yaml", "    production: true\n", "    production: true\n    soak: 2s\n");
  const asleep = platform.start("apply --yes backend");
  await asleep.said("looking on for 2 s");
  asleep.child.kill("SIGSTOP");
  try {
    const held = await platform.keyturn("apply --resume --yes");
    expect(held).toMatchObject({ code: 75, err: expect.stringContaining("is changing production since") as unknown });
    const { out } = await must(platform, "apply --resume --yes", { variables: later() });
    expect(out).toMatch(/done: r\d+ runs on 2 targets, verified/);
    expect(await languages()).toEqual(["x-first", "x-first"]);
  } finally {
    asleep.child.kill("SIGCONT");
  }
  const before = await invocations(lab);
  const { code, out, err } = await asleep.ended;
  console.log(code, out, err);
  expect(await restartedSince(lab, before)).toEqual([]);
  expect(await languages()).toEqual(["x-first", "x-first"]);
});

test("an old copy of the store is refused before anything is tried", async () => {
  cpSync(platform.home, copy, { recursive: true });
  changeAgain("x-first", "x-second");
  await must(platform, "apply --yes");
  const before = await invocations(lab);
  changeAgain("x-second", "x-third");
  const { code, out, err } = await platform.keyturn("apply --yes", { variables: { KEYTURN_HOME: copy } });
  console.log(code, out, err);
  expect(await restartedSince(lab, before)).toEqual([]);
  rmSync(copy, { recursive: true });
});
