import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { stopProcesses } from "#host";
import { giveGrants } from "#operation";
import { openProject, put, type Files } from "../../operation/make-context.ts";
import { keyturnIn } from "../keyturn.ts";
import { keyturnOnScreen, type Screen, type ScreenOptions } from "./screen.ts";

test("an apply is drawn in place, keeps what belongs in the log, and leaves nothing else behind", async () => {
  const screen = await applyOn();
  await screen.shows(/^preparing · 0 of 1 host done · 0:0\d$/m);
  await screen.shows("api@here  | the code is new");
  await screen.shows(/^› here   [1-3]\/4  api  (?:restart|verify)/m);
  expect(screen.cursorShown()).toBe(false);
  expect(await screen.ended).toBe(0);
  expect(screen.cursorShown()).toBe(true);
  expect(afterPlan(screen)).toEqual([
    expect.stringMatching(/^ +\d\.\ds {2}api@here {2}\| the code is new$/),
    "done: r1 runs on 1 target, verified",
  ]);
});

test("a terminal that is narrow and low shows no row too many, also when it becomes so meanwhile", async () => {
  const screen = await applyOn({ columns: 40, rows: 10 });
  await screen.shows(/^› here /m);
  screen.resize(24, 6);
  await screen.shows(/^wave 1 of 1 · 0 of 1 h…$/m);
  screen.resize(90, 30);
  expect(await screen.ended).toBe(0);
  expect(screen.cursorShown()).toBe(true);
  const texts = screen.all().join("\n");
  expect(texts).not.toMatch(/wave 1|› here/);
});

test("Ctrl-C says what happens now; the second one ends it at once, with the terminal in order", async () => {
  const screen = await applyOn({ variables: { SLOW: "60000" } });
  await screen.shows(/^› here   \d\/4  api  verify/m);
  screen.process.write("\u0003");
  await screen.shows(/stopping after the current step on here \(Ctrl-C again: at once\)/);
  await screen.shows(/^stopping · wave 1 of 1/m);
  screen.process.write("\u0003");
  expect(await screen.ended).toBe(130);
  expect(screen.cursorShown()).toBe(true);
  expect(screen.all().join("\n")).not.toMatch(/› here|\^C/);
});

test.each([
  ["NO_COLOR", { NO_COLOR: "1" }],
  ["TERM=dumb", { TERM: "dumb" }],
  ["CI", { CI: "true" }],
])("with %s there are plain lines", async (_, variables) => {
  const screen = await applyOn({ variables, rows: 40 });
  expect(await screen.ended).toBe(0);
  const texts = screen.all().join("\n");
  for (const text of ["wave 1 of 1: here", "api@here  ✓ swap", "api@here  ✓ verify"]) expect(texts).toContain(text);
  expect(texts).not.toMatch(/hosts? done/);
});

/** A service that takes a second to be ready, applied on a terminal; it and everything else ends with the test. */
async function applyOn(options: ScreenOptions = {}): Promise<Screen> {
  const { folder } = await keyturnIn(slowPlatform(options.variables?.["SLOW"] ?? "1200"));
  const { context } = openProject(folder);
  onTestFinished(async () => void (await stopProcesses(join(context.home, "run/local"), { limit: 500 })));
  await giveGrants(context, [{ service: "api", name: "TOKEN", kind: "hold" }]);
  await put(context, "TOKEN", "token-one");
  const screen = keyturnOnScreen(folder, "apply --yes", options);
  onTestFinished(() => screen.process.kill("SIGKILL"));
  return screen;
}

/** What is left on the screen behind the plan that was shown. */
function afterPlan(screen: Screen): readonly string[] {
  const texts = screen.all();
  return texts.slice(texts.findIndex((text) => text.includes("the code is new")));
}

function slowPlatform(ms: string): Files {
  const port = 20_000 + Math.floor(Math.random() * 20_000);
  return {
    "keyturn.yaml": `platform: shop
services:
  api:
    contract: api/.env.example
    runtime: process
    command: [node, main.cjs]
    directory: api
    hosts: [here]
    prepare:
      - node refresh.cjs
    health: [{ http: "http://127.0.0.1:${port}/", deadline: 90s }]
environments:
  local:
    hosts: { here: local }
`,
    "refresh.cjs": "setTimeout(() => { console.log('the code is new'); setTimeout(() => {}, 300); }, 700);\n",
    "api/main.cjs": `const { createServer } = require("node:http");
setTimeout(() => createServer((_, response) => response.end()).listen(${port}, "127.0.0.1"), ${ms});
`,
    "api/.env.example": "# @required @sensitive\nTOKEN=change-me\n",
  };
}
