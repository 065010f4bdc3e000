import { spawn } from "node:child_process";
import { cpSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { keyturnIn } from "./keyturn.ts";
import { keyturnOnScreen } from "./progress/screen.ts";

const secret = "planted-value-7319";

async function ready() {
  const made = await keyturnIn();
  await made.keyturn("set SHARED_SECRET", { input: secret });
  return made;
}

test("redact passes everything but the store's values, in whatever encoding", { timeout: 90_000 }, async () => {
  const { keyturn } = await ready();
  const base64 = Buffer.from(secret).toString("base64");
  const input = `start\n\u001b[32mkey ${secret}\u001b[0m ${base64} ${secret.slice(0, 9)}\r\n${secret.slice(9)}`;
  expect(await keyturn("redact", { input })).toEqual({
    code: 0,
    out: "start\n\u001b[32mkey [SHARED_SECRET]\u001b[0m [SHARED_SECRET] [SHARED_SECRET]",
    err: "",
  });
});

test("redact passes bytes that are no text untouched", { timeout: 90_000 }, async () => {
  const { folder } = await ready();
  const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, at) => (at * 7919 + (at >> 8)) & 0xff));
  const child = spawn(process.execPath, [inject("command"), "redact"], { cwd: folder, stdio: "pipe" });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.stdin.end(Buffer.concat([bytes, Buffer.from(secret), bytes]));
  await new Promise((resolve) => child.once("close", resolve));
  expect(Buffer.concat(chunks).equals(Buffer.concat([bytes, Buffer.from("[SHARED_SECRET]"), bytes]))).toBe(true);
});

test("redact shows what comes before more does, and ends when its reader has gone", { timeout: 90_000 }, async () => {
  const { folder } = await ready();
  const child = spawn(process.execPath, [inject("command"), "redact"], { cwd: folder, stdio: "pipe" });
  child.stdin.on("error", () => undefined);
  const line = () => new Promise<string>((resolve) => child.stdout.once("data", (chunk) => resolve(String(chunk))));
  for (const text of ["first line\n", "and a prompt> ", `${secret}\n`]) {
    const shown = line();
    child.stdin.write(text);
    expect(await shown).toBe(text.replace(secret, "[SHARED_SECRET]"));
  }
  child.stdout.destroy();
  const ended = new Promise((resolve) => child.once("close", resolve));
  const writing = setInterval(() => child.stdin.write("more and more\n".repeat(1000)), 5);
  expect(await ended).toBe(0);
  clearInterval(writing);
});

test(
  "exec gives a command none of the values, masks them, and passes its exit code on",
  { timeout: 90_000 },
  async () => {
    const { keyturn } = await ready();
    const variables = { LANG: "C", KEYTURN_TOKEN: "keyturn-token-1" };
    const run = await keyturn(`exec -- sh -c printf|'%s'|${secret};|env|>&2;|exit|7`, { variables });
    expect([run.code, run.out]).toEqual([7, "[SHARED_SECRET]"]);
    expect(run.err).toContain("LANG=C\n");
    expect(run.err).not.toMatch(/KEYTURN_TOKEN|SHARED_SECRET/);
    expect(await keyturn("exec -- cat", { input: `x ${secret}` })).toMatchObject({ out: "x [SHARED_SECRET]" });
    expect(await keyturn("exec")).toMatchObject({
      code: 64,
      err: "keyturn: error: no command was given\nkeyturn: hint: keyturn exec -- COMMAND\n",
    });
    const missing = await keyturn("exec -- no-such-program");
    expect([missing.code, missing.err]).toEqual([1, expect.stringContaining("no-such-program can't be started")]);
  },
);

test("what is masked is in the audit log by its command alone", { timeout: 90_000 }, async () => {
  const { keyturn } = await ready();
  await keyturn("exec -- true an-argument");
  await keyturn("redact", { input: "" });
  const { out } = await keyturn("audit");
  expect(out).toMatch(/value\.mask +local +local +of=command command=true versions=1\n/);
  expect(out).toMatch(/value\.mask +local +local +of=stream versions=1\n/);
});

const asking = `test -t 0 && test -t 1 && test -t 2 && echo "terminal $(stty size)"
printf 'name? '
read name
echo "hello $name"
while [ "$(stty size)" != "15 60" ]; do sleep 0.05; done
printf '\\033[31mkey %s\\033[0m end\\n' ${secret}
read again
exit 5
`;

test(
  "on a terminal the command has one of its own, with its size, and what it writes there is masked",
  { timeout: 90_000 },
  async () => {
    const { folder } = await ready();
    writeFileSync(join(folder, "ask.sh"), asking);
    const screen = keyturnOnScreen(folder, "exec -- sh ask.sh", { columns: 70, rows: 20 });
    await screen.shows("name?");
    expect(screen.all()[0]).toBe("terminal 20 70");
    screen.process.write("bob\r");
    await screen.shows("hello bob");
    screen.resize(60, 15);
    await screen.shows("key [SHARED_SECRET] end");
    screen.process.write("q\r");
    expect(await screen.ended).toBe(5);
    expect(screen.all().join("\n")).not.toContain(secret.slice(4));
  },
);

test(
  "on a terminal each letter that is typed is shown, and Ctrl-C is the command's matter",
  { timeout: 90_000 },
  async () => {
    const { folder } = await ready();
    writeFileSync(
      join(folder, "wait.sh"),
      `trap 'echo got it; exit 9' INT\necho ready\nwhile :; do sleep 0.05; done\n`,
    );
    const screen = keyturnOnScreen(folder, "exec -- sh wait.sh");
    await screen.shows("ready");
    for (const letter of "plain") screen.process.write(letter);
    await screen.shows("plain");
    screen.process.write("\u0003");
    await screen.shows("got it");
    expect(await screen.ended).toBe(9);
  },
);

test(
  "where a system has no pseudo-terminal, the command writes into a pipe, and is told so",
  { timeout: 90_000 },
  async () => {
    const { folder } = await ready();
    const copy = join(folder, "copy");
    cpSync(join(inject("command"), "../.."), copy, { recursive: true });
    rmSync(join(copy, "node_modules"), { recursive: true });
    const screen = keyturnOnScreen(
      folder,
      `exec -- sh -c ${"test -t 1 || echo at_[$0]".replaceAll(" ", "\t")} ${secret}`,
      {
        bin: join(copy, "bin/keyturn.js"),
      },
    );
    expect(await screen.ended).toBe(0);
    expect(screen.all()).toEqual([
      "keyturn: this system has no pseudo-terminal for the command: it writes into a pi",
      "pe, without colours",
      "at_[[SHARED_SECRET]]",
    ]);
  },
);
