import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { accepts, loadEnvironment, reloadEnvironment, reloadOnSignal, type Reloaded } from "@keyturn/sdk";

function fileOf(text: string | Uint8Array): string {
  const folder = mkdtempSync(join(tmpdir(), "keyturn-sdk-reload-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "environment");
  writeFileSync(file, text);
  return file;
}

const environment = { ONE: "old-one", ONE_PREVIOUS: "older-one", TWO: "old-two" };

function secrets() {
  return [accepts("ONE", { environment }), accepts("TWO", { environment })] as const;
}

test("all secrets are what the file says, and a name that it lacks is no longer set", () => {
  const [one, two] = secrets();
  const file = fileOf(`# by hand\nONE="new 'one'"\nONE_NEXT=next-one\nTWO=new-two\n`);
  expect(reloadEnvironment({ file, secrets: [one, two] })).toEqual({ kind: "reloaded" });
  expect(["old-one", "older-one", "new 'one'", "next-one"].map((text) => one.check(text))).toEqual([
    undefined,
    undefined,
    "current",
    "next",
  ]);
  expect([two.check("new-two"), two.check("old-two")]).toEqual(["current", undefined]);
});

test.each([
  ["is gone", undefined, "the environment file can't be read"],
  ["is a folder", tmpdir(), "the environment file can't be read"],
  ["is empty", "", "ONE has no value: expected a secret"],
  ["lacks one of two", "ONE=new-one\n", "TWO has no value: expected a secret"],
  ["has a placeholder", "ONE=change-me\nTWO=new-two\n", "ONE has no value: expected a secret"],
  [
    "is not UTF-8",
    Buffer.from("ONE=new-\xff\nTWO=t\n", "latin1"),
    "the environment file is not one that systemd reads",
  ],
  ["has a zero byte", "ONE=new\0one\nTWO=t\n", "the environment file is not one that systemd reads"],
])("where the file %s, every secret keeps its values", (_, content, problem) => {
  const [one, two] = secrets();
  const file = content === tmpdir() ? content : content === undefined ? join(tmpdir(), "no/such") : fileOf(content);
  expect(reloadEnvironment({ file, secrets: [one, two] })).toEqual({ kind: "refused", problems: [problem] });
  expect([one.check("old-one"), one.check("older-one"), two.check("old-two")]).toEqual([
    "current",
    "previous",
    "current",
  ]);
});

test("what the contract refuses keeps the secrets too, and no value is told", () => {
  const contract = fileOf("# @required @sensitive @type=string(minLength=7)\nONE=\n# @required @type=port\nPORT=1\n");
  const [one] = secrets();
  const file = fileOf("ONE=new-one\nPORT=eighty\n");
  const take = (variables: Readonly<Record<string, string | undefined>>) =>
    void loadEnvironment(contract, { ONE: "text", PORT: "number" }, variables);
  expect(reloadEnvironment({ file, secrets: [one], take })).toEqual({
    kind: "refused",
    problems: ["PORT is malformed: expected a port from 1 to 65535"],
  });
  expect([one.check("new-one"), one.check("old-one")]).toEqual([undefined, "current"]);
});

test("an error of somebody else is not quoted: it may hold a value", () => {
  const [one] = secrets();
  const take = () => void JSON.parse("s3cret");
  expect(reloadEnvironment({ file: fileOf("ONE=new-one"), secrets: [one], take })).toEqual({
    kind: "refused",
    problems: ["what the environment file says can't be taken over"],
  });
  expect(one.check("old-one")).toBe("current");
});

test("SIGHUP reloads a process that goes on, and every time again", async () => {
  const [one] = secrets();
  const file = fileOf("ONE=new-one");
  const outcomes: Reloaded[] = [];
  const turn = (text: string) =>
    new Promise<void>((resolve) => {
      writeFileSync(file, text);
      const end = reloadOnSignal(
        { file, secrets: [one] },
        {
          done: (outcome) => {
            outcomes.push(outcome);
            end();
            resolve();
          },
        },
      );
      process.kill(process.pid, "SIGHUP");
    });
  await turn("ONE=new-one");
  await turn("TWO=x");
  await turn("ONE=newest-one");
  expect(outcomes.map(({ kind }) => kind)).toEqual(["reloaded", "refused", "reloaded"]);
  expect(one.check("newest-one")).toBe("current");
  expect(process.listenerCount("SIGHUP")).toBe(0);
});
