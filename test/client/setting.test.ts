import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { told, userPlatform, type OwnAgent } from "../operation/user-runtimes.ts";
import { keyturnAt } from "../cli/keyturn.ts";
import { openHttp, openSsh } from "./places.ts";
import { same } from "./same-everywhere.ts";

const key = (mark: string) => `sk-proj-${mark}-0123456789abcdefghij`;

/** Of an address in a private network, which knows every key but one. */
async function provider(): Promise<string> {
  const server = createServer(({ headers }, response) => {
    const right = headers.authorization !== `Bearer ${key("unknown")}`;
    response.statusCode = right ? 200 : 401;
    response.end(JSON.stringify(right ? { data: [] } : { error: { code: "invalid_api_key" } }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

/** The same platform with runtimes three times: asked on its own machine, over https, and over ssh. */
async function threePlaces(role: string, own: OwnAgent = {}) {
  const platform = () => userPlatform([], own);
  const lives = [await platform(), await platform(), await platform()] as const;
  const [here, served, behind] = lives;
  const http = await openHttp(served.folder, role);
  const ssh = await openSsh(behind.folder);
  const places = [
    { live: here, keyturn: keyturnAt(here.folder) },
    { live: served, keyturn: http.keyturn },
    { live: behind, keyturn: ssh.keyturn },
  ];
  return { lives, places, log: () => http.log() + ssh.sshd.log() };
}

test("runtimes are made, restarted and removed, and settings reach them, the same here, over https and over ssh", async () => {
  const { lives, places, log } = await threePlaces("local:admin");
  const base = await provider();
  const set = `settings set openai --private --set base=${base} --yes`;
  const run = (words: string, input = "") => same(places, words, { input });

  expect((await run("settings --json")).code).toBe(0);
  expect(await run(`settings test openai --private --set base=${base}`, key("unknown"))).toMatchObject({ code: 2 });
  expect(await run(`${set} --json`, key("unknown"))).toMatchObject({
    code: 65,
    out: expect.stringContaining("SETTING_REFUSED"),
  });
  expect(await run(set, key("first"))).toMatchObject({
    code: 0,
    out: "done: settings of openai are saved as revision 1; no runtime had to change\n",
  });
  expect(await run("settings set nobody --yes", key("first"))).toMatchObject({ code: 69 });

  expect(await run("runtimes create alice")).toMatchObject({
    code: 0,
    err: expect.stringContaining("agent/alice@here"),
  });
  expect((await run("runtimes create bob --json")).code).toBe(0);
  expect(await run("runtimes create alice --json")).toMatchObject({ code: 0, out: expect.stringContaining("existed") });
  expect((await run("runtimes create a.b --json")).out).toContain("NAME_INVALID");
  expect((await run("runtimes create alice --service Nobody --json")).out).toContain("NOT_FOUND");
  expect(await run("runtimes restart alice --yes")).toMatchObject({ code: 0, out: expect.stringContaining("done: ") });
  expect((await run("runtimes restart alice --now --yes --json")).code).toBe(0);
  expect((await run("runtimes restart --yes --json")).code).toBe(0);
  expect((await run("runtimes restart nobody --yes --json")).out).toContain("NOT_FOUND");

  expect(await run(set, key("second"))).toMatchObject({ code: 0, out: expect.stringContaining("runs everywhere") });
  for (const { port } of lives) expect((await told(port))["llm"]).toBe(key("second"));
  expect(await run(set, key("breaks-everyone"))).toMatchObject({
    code: 1,
    out: expect.stringContaining("the settings before are back"),
  });
  for (const { port } of lives) expect((await told(port))["llm"]).toBe(key("second"));
  expect((await run("settings history openai --json")).code).toBe(0);
  expect((await run("settings history openai")).out).toContain("returned");
  expect((await run("settings restore openai 1 --yes --json")).code).toBe(0);
  expect((await run("settings restore openai 99 --yes --json")).out).toContain("NOT_FOUND");
  expect((await run("settings restore openai 1")).err).toContain("no terminal to ask on");

  expect(await run("runtimes remove bob --yes")).toMatchObject({ code: 0, out: "removed agent/bob@here\n" });
  expect((await run("runtimes remove bob --yes --json")).out).toContain("NOT_FOUND");
  expect((await run("who --saw nobody --json")).code).toBe(0);
  expect((await run("audit --saw JWT_SECRET --json")).code).toBe(0);
  // a value that went astray is in no address
  expect(await places[1]?.keyturn("who --saw sk-aB3aB3aB3aB3aB3aB3aB3")).toMatchObject({ code: 64, out: "" });
  expect(log()).not.toMatch(/sk-proj|aB3aB3|keyturn_/);
}, 600_000);

test("a runtime that does not come up fails in the same words, and leaves nothing", async () => {
  const { places } = await threePlaces("local:operator", { agent: "process.exit(3);\n" });
  const failed = await same(places, "runtimes create alice --json");
  expect(failed).toMatchObject({ code: 70, out: expect.stringContaining("the runtime of alice did not come up") });
  expect(await same(places, "runtimes --json")).toMatchObject({ code: 0, out: "[]\n" });
}, 300_000);

test("what takes another role is refused with the same code as everything else there", async () => {
  const [operated, looked] = [await userPlatform(), await userPlatform()];
  const { keyturn } = await openHttp(operated.folder, "local:operator");
  for (const words of [
    "settings",
    "settings history openai",
    "settings restore openai 1 --yes",
    "runtimes restart --yes",
  ]) {
    expect({ words, ...(await keyturn(`${words} --json`)) }).toMatchObject({
      words,
      code: 77,
      out: expect.stringContaining("this takes the role admin in the environment local"),
    });
  }
  const viewer = await openHttp(looked.folder, "local:viewer");
  for (const words of [
    "apply --yes",
    "apply --resume --yes",
    "rollback --yes",
    "runtimes create alice",
    "who --saw anna",
  ]) {
    const { code } = await viewer.keyturn(words);
    // a viewer may see that nothing is open
    expect({ words, code }).toEqual({ words, code: words.includes("--resume") ? 69 : 77 });
  }
}, 300_000);
