import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { listUnkept } from "#operation";
import { expectHealthy, presentingPlatform, type Presenting } from "../issuer/presenting-platform.ts";
import { rotate } from "./rotating-platform.ts";

// processes are started and asked many times over
vi.setConfig({ testTimeout: 120_000 });

const name = "VENDOR_KEY";
const first = "vendor-key-that-was-first";
const vendor = join(import.meta.dirname, "../issuer/vendor.cjs");

/** Looks all the time whether the vendor has its key. */
const caller = `const { createServer } = require("node:http");
const { appendFileSync, readFileSync } = require("node:fs");
const known = () => Object.values(JSON.parse(readFileSync(process.env.KEYS, "utf8"))).includes(process.env.VENDOR_KEY);
setInterval(() => known() || appendFileSync("failed.log", "refused\\n"), 5);
createServer((_, response) => {
  response.statusCode = known() ? 200 : 401;
  response.end();
}).listen(Number(process.env.PORT), "127.0.0.1");
`;

async function vendorPlatform({ type = "", wrong = "nothing" } = {}): Promise<
  Presenting & { readonly keys: () => readonly string[] }
> {
  const folder = mkdtempSync(join(tmpdir(), "keyturn-vendor-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "keys.json");
  writeFileSync(file, JSON.stringify({ first }));
  const platform = await presentingPlatform({
    name,
    value: first,
    issuer: `{ command: { run: ["${process.execPath}", "${vendor}", "${file}", "${wrong}"], values: [VENDOR_ADMIN] } }`,
    others: { VENDOR_ADMIN: "the-administrator" },
    program: caller.replaceAll("process.env.KEYS", JSON.stringify(file)),
    type,
  });
  return {
    ...platform,
    keys: () => Object.values(JSON.parse(readFileSync(file, "utf8")) as Readonly<Record<string, string>>),
  };
}

test("a key that a command makes reaches services, and the one before is revoked by it", async () => {
  const platform = await vendorPlatform();
  const { result, events } = await rotate(platform.context, { name });
  expect(result.kind).toBe("rotated");
  expect(platform.keys()).toEqual([expect.stringMatching(/^vendor-key-of-rot_/)]);
  await expectHealthy(platform);
  expect(platform.failures()).toEqual([]);
  for (const key of [first, ...platform.keys()]) expect(JSON.stringify(events)).not.toContain(key);
});

test("a key that does not fit the contract is taken back by the command", async () => {
  const platform = await vendorPlatform({ type: "@type=string(maxLength=26)" });
  await expect(rotate(platform.context, { name })).rejects.toMatchObject({ code: "VALUES_INVALID" });
  expect(platform.keys()).toEqual([first]);
  expect(await listUnkept(platform.again())).toEqual([]);
  await expectHealthy(platform);
});

test("a command that gives the present key again is refused, and that key is not revoked", async () => {
  const platform = await vendorPlatform({ wrong: "same" });
  await expect(rotate(platform.context, { name })).rejects.toMatchObject({ code: "ISSUER_REFUSED" });
  expect(platform.keys()).toEqual([first]);
  await expectHealthy(platform);
  expect(platform.failures()).toEqual([]);
});

test("a word that is too short for a secret reaches nobody, and the key before is not revoked", async () => {
  const platform = await vendorPlatform({ wrong: "short" });
  await expect(rotate(platform.context, { name })).rejects.toMatchObject({ code: "VALUES_INVALID" });
  expect(platform.keys()).toEqual([first]);
});

test("what did not work and was taken back says that nothing is left of it", async () => {
  const platform = await vendorPlatform({ wrong: "busy once" });
  await expect(rotate(platform.context, { name })).rejects.toMatchObject({
    code: "ISSUER_UNREACHABLE",
    hint: expect.stringContaining(`nothing of it is left there: \`keyturn rotate ${name}\``),
  });
  expect(await listUnkept(platform.again())).toEqual([]);
});
