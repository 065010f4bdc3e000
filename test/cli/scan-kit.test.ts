import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { revealValue } from "#operation";
import { openHttp } from "../client/places.ts";
import { makeProject, writeProject } from "../operation/make-context.ts";
import { keyturnAt } from "./keyturn.ts";

async function ready() {
  const { folder, context } = await makeProject();
  const owner = keyturnAt(folder);
  await owner("set MONGO_URI", { input: "mongodb://u:p-of-a-person@db/x" });
  await owner("generate SHARED_SECRET");
  const exported = await owner("scan-kit export --out kit.json");
  const { value } = await revealValue(context, { name: "SHARED_SECRET", scope: {} });
  const secret = value.reveal().toString("utf8");
  // a machine without store and key
  const machine = await writeProject({ "app.ts": `// here\nconst a = "${secret}";\n` });
  writeFileSync(join(machine, "kit.json"), readFileSync(join(folder, "kit.json")));
  return { folder, exported, secret, machine, keyturn: keyturnAt(machine) };
}

test("a kit is made, and finds candidates on a machine that has nothing else", { timeout: 90_000 }, async () => {
  const { exported, keyturn, secret } = await ready();
  expect(exported).toEqual({
    code: 0,
    out: "",
    err: `kit.json: finds 1 value of local
! not found by it, too little of them is chance as far as can be shown: MONGO_URI v1
`,
  });
  expect(secret).toHaveLength(43);
  const { code, out, err } = await keyturn("scan --kit kit.json app.ts");
  expect({ code, err }).toEqual({ code: 3, err: "" });
  expect(out.replaceAll(/[0-9a-f]{12}/g, "TAG").replace(/\d{4}-\d\d-\d\d/, "DAY")).toBe(`TAG, perhaps
  → \`keyturn scan\` of the same files, where the store is, tells whether it is one
  app.ts:2:12  literal
found: 1 candidate that nobody confirmed; 1 file, 65 bytes, a kit of DAY
`);
  const piped = await keyturn("scan --kit kit.json --stdin", { input: "nothing" });
  expect(piped).toMatchObject({ code: 0, out: expect.stringContaining("nothing found: 1 file, 7 bytes, a kit of") });
  const sarif = JSON.parse((await keyturn("scan --kit kit.json --sarif app.ts")).out);
  expect(sarif.runs[0].results).toMatchObject([{ ruleId: "unconfirmed-candidate", level: "warning" }]);
});

test("the server that KEYTURN_URL names tells what they are", { timeout: 90_000 }, async () => {
  const { folder, keyturn } = await ready();
  const { variables } = await openHttp(folder, "local:viewer");
  const { code, out, err } = await keyturn("scan --kit kit.json app.ts", { variables });
  expect({ code, err }).toEqual({ code: 2, err: "" });
  expect(out.replace(/\d{4}-\d\d-\d\d/, "DAY")).toBe(`SHARED_SECRET v1, live in local
  → keyturn rotate SHARED_SECRET --compromised
  app.ts:2:12  literal
found: 1 secret in 1 place; 1 file, 65 bytes, a kit of DAY
`);
  const away = await keyturn("scan --kit kit.json app.ts", {
    variables: { ...variables, KEYTURN_URL: "http://127.0.0.1:9" },
  });
  expect(away).toMatchObject({ code: 3, out: expect.stringContaining("the server did not tell: ") });
});

test("what is no kit, and what excludes each other, is said", { timeout: 90_000 }, async () => {
  const { keyturn, machine } = await ready();
  writeFileSync(join(machine, "other.json"), "{}");
  expect(await keyturn("scan --kit other.json")).toMatchObject({
    code: 66,
    err: expect.stringContaining("is no scan kit of this version"),
  });
  expect(await keyturn("scan --kit kit.json --formats-only")).toMatchObject({ code: 64 });
});
