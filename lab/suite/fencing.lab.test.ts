import { execFileSync } from "node:child_process";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openLab } from "../lab.ts";
import { installPackages } from "../package-list.ts";
import { freshHosts } from "./fresh-hosts.ts";
import { fillStore, must, openPlatform } from "./platform.ts";
import { backend, fileOf, invocations, processEnvironment, restartedSince } from "./running-service.ts";

const lab = openLab();
const platform = openPlatform();

beforeAll(async () => {
  await installPackages(["faketime"], () => {});
  await freshHosts(lab);
  await lab.publishCode();
  await fillStore(platform);
  platform.edit(
    "keyturn.yaml",
    "    services:\n      fleet:\n",
    "    soak: 2s\n    services:\n      backend:\n        values: { CALL_LANGUAGE: x-0 }\n      fleet:\n",
  );
  await must(platform, "hosts prepare app1 app2 --yes --via root-%h");
  await must(platform, "apply --yes backend");
});

afterAll(async () => {
  platform.remove();
  await freshHosts(lab);
});

describe("a run that sleeps past its lease, and wakes behind another one of the same store, changes nothing", () => {
  for (const [when, said] of [
    ["between two hosts", "looking on for 2 s"],
    ["between two steps of a host, which it keeps from others until they end it there", "backend@app1  ✓ stage"],
  ] as const) {
    test(when, async () => {
      const language = change();
      const asleep = await sleeping(said);
      try {
        const early = await platform.keyturn("apply --resume --yes");
        expect(early.err).toContain("is changing production since");
        expect(early.code).toBe(75);
        const { out } = await must(platform, "apply --resume --yes", { variables: later() });
        expect(out).toMatch(/done: r\d+ runs on 2 targets, verified/);
      } finally {
        asleep.child.kill("SIGCONT");
      }
      const before = await invocations(lab, backend);
      const { code, out } = await asleep.ended;
      expect(out).toContain("another run has taken over: nothing more was touched");
      expect(code).toBe(1);
      expect(await restartedSince(lab, before)).toEqual([]);
      expect(await languages()).toEqual(allOf(language));
      expect((await must(platform, "plan backend")).out).toContain("nothing to do");
      await must(platform, "audit verify --against app1 --against app2");
    });
  }
});

describe("a home that was copied while its run slept", () => {
  const copy = { KEYTURN_HOME: join(platform.temporary, "copy-of-the-home") };
  let language = "";

  test("goes on, and the host itself refuses the run that wakes: its own store still says that the lease is its", async () => {
    language = change();
    const asleep = await sleeping("looking on for 2 s");
    try {
      cpSync(platform.home, copy.KEYTURN_HOME, { recursive: true });
      await must(platform, "set OPERATOR_PASSWORD", { input: "set-in-the-copy-alone", variables: copy });
      await must(platform, "apply --yes backend", { variables: { ...copy, ...later() } });
    } finally {
      asleep.child.kill("SIGCONT");
    }
    const before = await invocations(lab, backend);
    const { code, out } = await asleep.ended;
    const answer = /stopped at backend@(app\d), fence: backend@\1 on \1 has seen epoch \d+ lease \d+, newer than ours/;
    expect(out).toMatch(answer);
    expect(out).toContain("another run has taken over: nothing more was touched");
    expect(code).toBe(1);
    expect(await restartedSince(lab, before)).toEqual([]);
    expect(await languages()).toEqual(allOf(language));
    expect(await passwords()).toEqual(allOf("set-in-the-copy-alone"));
  });

  test("keeps the old one out, which counts the same lease by now and is told what to do; doing that works", async () => {
    change();
    const before = await invocations(lab, backend);
    const { code, err } = await platform.keyturn("apply --yes backend");
    expect(err).toContain("backend@app1 was changed last by another copy of this store");
    expect(code).toBe(75);
    const next = "`keyturn hosts prepare app1 app2 --take-over`, then `keyturn adopt app1 app2`";
    expect(err).toContain(next);
    await must(platform, "hosts prepare app1 app2 --take-over --yes --via root-%h");
    await must(platform, "adopt app1 app2 --yes");
    expect(await restartedSince(lab, before)).toEqual([]);
    const { out } = await must(platform, "reveal OPERATOR_PASSWORD --service backend --yes", { unsearched: true });
    expect(out.trimEnd()).toBe("set-in-the-copy-alone");
    await must(platform, "apply --yes backend");
    const refused = await platform.keyturn("apply --yes backend", { variables: copy });
    expect(refused).toMatchObject({ code: 75, err: expect.stringContaining("nothing was touched") as unknown });
  });
});

let round = 0;

/** Every instance of the backend would be given another language. */
function change(): string {
  round += 1;
  platform.edit("keyturn.yaml", `CALL_LANGUAGE: x-${round - 1}`, `CALL_LANGUAGE: x-${round}`);
  return `x-${round}`;
}

/** An apply that said this, and then nothing more. One that sleeps while it writes would keep everyone out of the store. */
async function sleeping(said: string) {
  const running = platform.start("apply --yes backend");
  await running.said(said);
  for (;;) {
    running.child.kill("SIGSTOP");
    await setTimeout(20);
    if (!isWriting()) return running;
    running.child.kill("SIGCONT");
    await setTimeout(1);
  }
}

function isWriting(): boolean {
  const store = new DatabaseSync(join(platform.home, "keyturn.db"), { timeout: 0 });
  try {
    store.exec("begin immediate; rollback");
    return false;
  } catch {
    return true;
  } finally {
    store.close();
  }
}

/** What makes a command believe that it is ten minutes later. */
function later(): Record<string, string> {
  const words = ["-m", "-f", "+10m", "printenv", "LD_PRELOAD"];
  const preload = execFileSync("faketime", words, { encoding: "utf8" }).trim();
  return { LD_PRELOAD: preload, FAKETIME: "+10m", FAKETIME_DONT_FAKE_MONOTONIC: "1" };
}

/** What both hosts have in the file, and both processes. */
async function everywhere(name: string): Promise<readonly (string | undefined)[]> {
  const files = backend.map(({ host }) => fileOf(lab, host, "/opt/voxbridge/.env").get(name));
  const processes = await Promise.all(backend.map(async (unit) => (await processEnvironment(lab, unit)).get(name)));
  return [...files, ...processes];
}

const languages = () => everywhere("CALL_LANGUAGE");
const passwords = () => everywhere("OPERATOR_PASSWORD");

function allOf(value: string): readonly string[] {
  return [value, value, value, value];
}
