import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { keyturnIn, type Keyturn } from "./keyturn.ts";
import { keyturnOnScreen } from "./progress/screen.ts";

const planted = "mongodb://app:planted-value-7319@db/shop";

async function ready(): Promise<Keyturn> {
  const { keyturn } = await keyturnIn();
  await keyturn("set MONGO_URI --grant", { input: planted });
  await keyturn("generate --missing --grant");
  return keyturn;
}

test("a command gets the service's values, its output is masked, its exit code passed on", async () => {
  const keyturn = await ready();
  const script = "echo|at|$MONGO_URI;|printf|%s|$MONGO_URI|>&2;|exit|7";
  const result = await keyturn(`run api -- sh -c ${script}`);
  expect(result).toEqual({ code: 7, out: "at [MONGO_URI]\n", err: "[MONGO_URI]" });
});

test("options behind -- belong to the command, standard input reaches it", async () => {
  const keyturn = await ready();
  const result = await keyturn("run api -- cat -n --", { input: "hello" });
  expect([result.code, result.out.trim()]).toEqual([0, "1\thello"]);
});

test("a signal is passed on, and what the command does with it counts", async () => {
  const keyturn = await ready();
  const script = 'trap|"echo|got|it;|exit|3"|TERM;|echo|ready;|while|:;|do|sleep|0.05;|done';
  const result = await keyturn(`run api -- sh -c ${script}`, { signal: { name: "SIGTERM", after: "ready" } });
  expect(result).toEqual({ code: 3, out: "ready\ngot it\n", err: "" });
});

test("a command ended by a signal gives 128 and its number", async () => {
  const keyturn = await ready();
  expect((await keyturn("run api -- sh -c kill|-KILL|$$")).code).toBe(137);
});

test("the way to Keyturn's own keys is not in the command's environment", async () => {
  const keyturn = await ready();
  const variables = { KEYTURN_TOKEN: "keyturn-token-1", LANG: "C" };
  const { out } = await keyturn("run api -- env", { variables });
  expect(out).toContain("LANG=C\n");
  expect(out).not.toContain("KEYTURN_TOKEN");
});

test("no command, or one that is not there, is an error", async () => {
  const keyturn = await ready();
  const none = await keyturn("run api");
  expect([none.code, none.err]).toEqual([
    64,
    "keyturn: error: no command was given\nkeyturn: hint: keyturn run api -- COMMAND\n",
  ]);
  const missing = await keyturn("run api -- no-such-program");
  expect(missing.code).toBe(1);
  expect(missing.err).toContain("no-such-program can't be started");
});

test("on a terminal values are masked as well, and the command has a terminal", async () => {
  const { keyturn, folder } = await keyturnIn();
  await keyturn("set MONGO_URI --grant", { input: planted });
  await keyturn("generate --missing --grant");
  writeFileSync(join(folder, "show.sh"), "test -t 1 && echo at $MONGO_URI\n");
  const screen = keyturnOnScreen(folder, "run api -- sh show.sh");
  expect(await screen.ended).toBe(0);
  expect(screen.all()).toEqual(["at [MONGO_URI]"]);
});
