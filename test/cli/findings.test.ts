import { execFileSync } from "node:child_process";
import { mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { keyturnIn } from "./keyturn.ts";

const secret = "planted-value-7319";
const long = { timeout: 120_000 };
const until = new Date(Date.now() + 30 * 24 * 3_600_000).toISOString().slice(0, 10);

async function ready() {
  const made = await keyturnIn();
  const folder = realpathSync(made.folder);
  await made.keyturn("set SHARED_SECRET", { input: secret });
  mkdirSync(join(folder, "src"));
  execFileSync("git", ["init", "--quiet"], { cwd: folder });
  execFileSync("git", ["remote", "add", "origin", "git@github.com:acme/shop.git"], { cwd: folder });
  return { ...made, folder, write: (name: string, text: string) => writeFileSync(join(folder, "src", name), text) };
}

test(
  "what a scan found is listed by secret, followed until it is gone, and accepted when it may stand",
  long,
  async () => {
    const { keyturn, write } = await ready();
    expect(await keyturn("findings")).toEqual({
      code: 0,
      out: "nothing: no scan found anything that is kept\n",
      err: "",
    });
    write("app.ts", `\n"${secret}"`);
    write("b.log", Buffer.from(secret).toString("base64"));
    await keyturn("scan src");
    expect(await keyturn("findings")).toEqual({
      code: 2,
      err: "",
      out: `SHARED_SECRET v1, live
  → keyturn rotate SHARED_SECRET --compromised
  1  new  github.com/acme/shop on ${hostname()} src/app.ts:2  literal  seen now
  2  new  github.com/acme/shop on ${hostname()} src/b.log:1   base64   seen now
findings: 2 new
`,
    });
    expect(await keyturn(`findings accept 1 --reason x --until ${until}`)).toMatchObject({
      code: 75,
      err: expect.stringMatching(/SHARED_SECRET v1 is live.*\n.*hint: `keyturn rotate SHARED_SECRET --compromised`/),
    });
    await keyturn("set SHARED_SECRET", { input: "another-value-7319" });
    await keyturn("retire SHARED_SECRET --yes");
    write("b.log", "clean");
    await keyturn("scan src");
    expect(await keyturn(`findings accept 1 --reason the|old|one --until ${until}`)).toEqual({
      code: 0,
      out: `accepted: 1, SHARED_SECRET v1, retired, until ${until}\n`,
      err: "",
    });
    expect(await keyturn("findings")).toEqual({
      code: 0,
      err: "",
      out: `SHARED_SECRET v1, retired
  1  accepted until ${until}  github.com/acme/shop on ${hostname()} src/app.ts:2  literal  seen now
  2  gone                       github.com/acme/shop on ${hostname()} src/b.log:1   base64   seen now
findings: 1 accepted, 1 gone
`,
    });
    const { out } = await keyturn("findings --state gone --name SHARED_SECRET --json");
    expect(JSON.parse(out)).toMatchObject([{ id: 2, state: "gone", place: { path: "src/b.log" } }]);
    expect(out).not.toContain("planted");
  },
);

test("what `scan --accept` lets stand is accepted at once, and not where nothing was kept", long, async () => {
  const { keyturn, write } = await ready();
  write("app.ts", 'db = "postgres://shop:Zk3vQ9pLx81mT@db.acme-shop.io/x"');
  await keyturn("scan src");
  const accept = `scan src --accept --reason tests --until ${until}`;
  expect(await keyturn(`${accept} --no-record`)).toMatchObject({ code: 0 });
  expect((await keyturn("findings")).out).toContain("\nfindings: 1 new\n");
  expect((await keyturn("scan src --json")).out).toContain('"accepted": 1');
  expect((await keyturn("findings")).out).toContain("\nfindings: 1 accepted\n");
  write("b.ts", 'db = "postgres://shop:Zk3vQ9pLx81mT@db.acme-shop.io/x"');
  expect(JSON.parse((await keyturn(`${accept} --json`)).out)).toMatchObject({ findings: { marked: 1 } });
  expect((await keyturn("findings")).out).toContain("\nfindings: 2 accepted\n");
});

test("--no-record keeps nothing, --label names a stream, and a wrong use is told", long, async () => {
  const { keyturn, write } = await ready();
  write("app.ts", secret);
  expect((await keyturn("scan src --no-record")).code).toBe(2);
  await keyturn("scan --stdin", { input: secret });
  expect((await keyturn("findings")).code).toBe(0);
  const { out } = await keyturn("scan --stdin --json --label image|shop:42", { input: `x\n${secret}` });
  expect(JSON.parse(out)).toMatchObject({ kept: { new: 1, gone: 0, over: 0 } });
  expect((await keyturn("findings")).out).toContain("  1  new  image shop:42:2  literal  seen now\n");
  for (const words of [
    "scan src --label x",
    "findings --state old",
    "findings accept one --reason x --until 2020-01-01",
    "findings accept 1 --reason x",
    "findings accept 1 --until 2027-01-01",
  ])
    expect(await keyturn(words), words).toMatchObject({ code: 64 });
  expect((await keyturn("__complete findings --state a")).out).toBe("accepted\tstate\n");
  expect((await keyturn("__complete findings a")).out).toBe("accept\tlets a finding stand until a day\n");
});
