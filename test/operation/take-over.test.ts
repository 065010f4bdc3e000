import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { stopProcesses } from "#host";
import { applyPlatform, planPlatform, prepareHosts, type Context, type PrepareHostsRequest } from "#operation";
import { auditTrail, makeProject, type Files } from "./make-context.ts";

const files: Files = {
  "keyturn.yaml": `platform: shop
services:
  api:
    contract: api/.env.example
    runtime: process
    command: [node, -e, "setInterval(() => {}, 1000)"]
    directory: api
    hosts: [here]
environments:
  local:
    hosts: { here: local }
`,
  "api/.env.example": "# @optional @public\nLEVEL=info\n",
};

async function applied(): Promise<{ readonly context: Context; readonly mark: string }> {
  const { context } = await makeProject(files, { PATH: process.env["PATH"] ?? "" });
  const run = join(context.home, "run", "local");
  onTestFinished(async () => void (await stopProcesses(run, { limit: 500 })));
  await apply(context);
  return { context, mark: join(run, "api", "controller.json") };
}

const apply = (context: Context) =>
  applyPlatform(context, {
    part: [],
    confirm: async () => true,
    onEvent: () => undefined,
    signal: new AbortController().signal,
  });

const request: PrepareHostsRequest = {
  hosts: ["here"],
  login: { kind: "usual" },
  takeOver: true,
  confirm: async () => true,
  onEvent: () => undefined,
};

async function change(mark: string, to: object): Promise<void> {
  await writeFile(mark, JSON.stringify({ ...(JSON.parse(await readFile(mark, "utf8")) as object), ...to }));
}

for (const [whose, to] of [
  ["another store", { owner: "shop/local/other" }],
  ["a newer epoch of this store", { epoch: 99_999_999_999 }],
  ["a copy of this store that went on", { lease: 1_000_000 }],
  ["a copy of this store that counts the same leases", { auditHead: `3:${"a".repeat(64)}` }],
  ["a copy of this store whose log is longer", { auditHead: `900:${"a".repeat(64)}` }],
] as const) {
  test(`a target of ${whose} is shown, and taken over only when asked for`, async () => {
    const { context, mark } = await applied();
    await change(mark, to);
    await writeFile(join(mark, "..", ".env"), "LEVEL=edited\n");
    await expect(apply(context)).rejects.toMatchObject({
      code: "HOST_FENCED",
      findings: [
        {
          code: "fenced",
          hint: expect.stringMatching(/`keyturn hosts prepare here --take-over`, then `keyturn adopt here`/) as string,
        },
      ],
    });
    const { findings } = await planPlatform(context, []);
    // a plan holds no lease, and can't know that its own would be too old
    expect(findings.map(({ code }) => code)).toEqual("lease" in to ? [] : ["fenced"]);
    const shown: string[] = [];
    const confirm: PrepareHostsRequest["confirm"] = async (plans) => {
      shown.push(...plans.flatMap(({ steps }) => steps.map(({ title, detail }) => `${title} ${detail}`)));
      return false;
    };
    expect(await prepareHosts(context, { ...request, confirm })).toEqual({ kind: "cancelled" });
    expect(shown).toEqual([expect.stringMatching(/^take over api@here from shop\/local\/\S+, epoch \d+ lease \d+;/)]);
    expect(JSON.parse(await readFile(mark, "utf8"))).toMatchObject(to);
    const result = await prepareHosts(context, request);
    expect(result).toMatchObject({ hosts: [{ host: "here", takenOver: [{ target: "api@here", ...to }] }] });
    expect((await auditTrail(context)).slice(-2)).toEqual(["host.take-over api@here", "host.prepare here"]);
    expect(await apply(context)).toMatchObject({ kind: "rolled-out", outcome: { kind: "done" } });
    expect((await planPlatform(context, [])).plan.changes).toEqual([]);
  });
}

test("what is ours already is left alone, and so is what nobody asked to take over", async () => {
  const { context, mark } = await applied();
  const before = await readFile(mark, "utf8");
  expect(await prepareHosts(context, request)).toMatchObject({ hosts: [], nothingNeeded: ["here"] });
  expect(await readFile(mark, "utf8")).toBe(before);
  await change(mark, { owner: "shop/local/other" });
  expect(await prepareHosts(context, { ...request, takeOver: false })).toMatchObject({ hosts: [] });
  expect(await readFile(mark, "utf8")).toContain("other");
});

for (const [whose, to] of [
  ["a host that was never told a head", { auditHead: "" }],
  [
    "the store that this one was restored from, whatever that did since",
    { epoch: 0, auditHead: `900:${"a".repeat(64)}` },
  ],
] as const) {
  test(`the mark of ${whose} keeps nobody out`, async () => {
    const { context, mark } = await applied();
    await change(mark, to);
    await writeFile(join(mark, "..", ".env"), "LEVEL=edited\n");
    expect(await prepareHosts(context, request)).toMatchObject({ hosts: [], nothingNeeded: ["here"] });
    expect((await planPlatform(context, [])).findings).toEqual([]);
    expect(await apply(context)).toMatchObject({ kind: "rolled-out", outcome: { kind: "done" } });
  });
}
