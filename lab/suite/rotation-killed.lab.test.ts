import { globSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openLab } from "../lab.ts";
import { expectRotated, presentedSecret, secretFolders, startCalling } from "./calling.ts";
import { freshHosts } from "./fresh-hosts.ts";
import { must, openPlatform } from "./platform.ts";
import { attachedCalls } from "./running-service.ts";

/* The controller killed in each phase of a rotation over six hosts, with calls going on. */
const lab = openLab();
const platform = openPlatform();
const rate = 20;

beforeAll(() => startCalling(lab, platform, rate));

afterAll(async () => {
  platform.remove();
  await freshHosts(lab);
});

/** What the command has said when it is killed, and how often by then. */
const moments = [
  ["before the first rollout", /"kind":"rotation-step".*"number":1/g],
  ["within it", /"step":"restart/g, 3],
  ["behind it", /"kind":"end"/g],
  ["during its proof", /"kind":"proof"/g, 2],
  ["before the second rollout", /"kind":"rotation-step".*"number":2/g],
  ["within it", /"step":"restart/g, 4],
  ["behind it", /"kind":"end"/g],
  ["during its proof", /"kind":"proof"/g, 3],
  ["during the quiet time", /"kind":"quiet"/g],
  ["before the third rollout", /"kind":"rotation-step".*"number":3/g],
  ["within it", /"step":"restart/g, 3],
  ["behind it", /"kind":"end"/g],
] as const;

/** The real command, ended with SIGKILL as soon as it has said so; whether it lived until then. */
async function killedAt(words: string, text: RegExp, times: number): Promise<boolean> {
  const { child, ended } = platform.start(`${words} --yes --json`);
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    said += chunk.toString();
    if ([...said.matchAll(text)].length >= times) child.kill("SIGKILL");
  });
  await ended;
  return child.signalCode === "SIGKILL";
}

/** The old value has ended in the store and some host has forgotten it by then; one whose helper has to wait has not. */
async function killedDuringRetirement(): Promise<void> {
  const command = platform.start("rotate VOXCORE_SECRET --continue --yes --json");
  const { child } = command;
  await command.said('"kind":"proof"');
  const letGo = await holdHelper("fleet3");
  const before = keeping();
  while (child.exitCode === null && keeping().length === before.length) await setTimeout(20);
  child.kill("SIGKILL");
  await command.ended;
  await letGo();
  expect([child.signalCode, keeping()]).toEqual(["SIGKILL", expect.arrayContaining(["fleet3"])]);
}

/** No helper may change anything on the host from now on; what it gives ends that, once those that waited have given up. */
async function holdHelper(host: string): Promise<() => Promise<void>> {
  const shell = (script: string) => lab.exec(host, ["sh", "-c", script]);
  const until = (test: string) => shell(`until ${test}; do sleep 0.1; done`);
  const held = shell(
    'exec 9>>"$(echo /var/lib/keyturn/*/lock)"; flock 9; touch /run/held; until rm /run/let-go; do sleep 0.1; done',
  );
  await until("rm /run/held");
  return async () => {
    // the brackets keep it from finding its own shell
    await until("! pgrep -f '[k]eyturn-host'");
    await shell("touch /run/let-go");
    await held;
  };
}

/** Hosts that keep a release before. */
function keeping(): readonly string[] {
  const hosts = secretFolders.map(([host]) => host);
  return hosts.filter((host) => globSync("var/lib/keyturn/*/previous", { cwd: lab.root(host) }).length > 0);
}

test("killed in each phase and gone on with each time, it comes to its end, and no attach fails", async () => {
  const old = presentedSecret(lab);
  await attachedCalls(rate);
  const killed: string[] = [];
  for (const [index, [phase, text, times = 1]] of moments.entries()) {
    const words = `rotate VOXCORE_SECRET${index === 0 ? "" : " --continue"}`;
    if (!(await killedAt(words, text, times))) break;
    killed.push(phase);
  }
  expect(killed).toEqual(moments.map(([phase]) => phase));
  await killedDuringRetirement();
  const { out } = await must(platform, "rotate VOXCORE_SECRET --continue --yes");
  expect(out).toContain("is rotated everywhere");
  await expectRotated(lab, platform, { old, rate });
}, 400_000);
