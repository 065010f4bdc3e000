import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { dialects } from "#dialect";
import { ejectEnvironment, environmentForRun, giveGrants, renderService, revealValue } from "#operation";
import { auditTrail, makeProject, put, type Project } from "./make-context.ts";

const uri = "mongodb://app:planted-value-7319@db/shop";

async function complete(variables: Readonly<Record<string, string>> = {}): Promise<Project> {
  const project = await makeProject(undefined, variables);
  const { context } = project;
  await put(context, "MONGO_URI", uri);
  await put(context, "SHARED_SECRET", "twelve-chars-1");
  const asked = [
    ["api", "MONGO_URI"],
    ["api", "SHARED_SECRET"],
    ["web", "SHARED_SECRET"],
  ] as const;
  await giveGrants(
    context,
    asked.map(([service, name]) => ({ service, name, kind: "hold" as const })),
  );
  return project;
}

test("a value is revealed after its audit entry, byte for byte", async () => {
  const { context } = await complete();
  const { value } = await revealValue(context, { name: "MONGO_URI", scope: {} });
  expect(value.reveal().toString()).toBe(uri);
  expect((await auditTrail(context)).at(-1)).toBe("value.reveal MONGO_URI");
});

test("a value of one service is not revealed as that of the environment", async () => {
  const { context } = await makeProject();
  await put(context, "SHARED_SECRET", "twelve-chars-2", { service: "web" });
  await expect(revealValue(context, { name: "SHARED_SECRET", scope: {} })).rejects.toMatchObject({ code: "NOT_FOUND" });
  const { version } = await revealValue(context, { name: "SHARED_SECRET", scope: { service: "web", host: "here" } });
  expect(version.scope).toEqual({ service: "web" });
});

test("what is rendered reads back, goes into a 0600 file that is not overwritten, and is an audit entry", async () => {
  const { context, folder } = await complete();
  const output = join(folder, "api.env");
  const request = { service: "api", dialect: "systemd", output, replace: false };
  await renderService(context, request);
  const { entries } = dialects.systemd.read(await readFile(output));
  expect(entries.map(({ name }) => name)).toEqual(["SHARED_SECRET", "MONGO_URI", "PORT"]);
  expect(entries[1]?.value.reveal().toString()).toBe(uri);
  expect((await stat(output)).mode & 0o777).toBe(0o600);
  expect((await auditTrail(context)).at(-1)).toBe("value.render api@here");
  await expect(renderService(context, request)).rejects.toMatchObject({ code: "ALREADY_EXISTS" });
});

test("hosts with different values have to be told apart", async () => {
  const { context } = await complete();
  await put(context, "MONGO_URI", "mongodb://other", { host: "there" });
  const request = { service: "api", dialect: "json", replace: false };
  await expect(renderService(context, request)).rejects.toMatchObject({ code: "USAGE" });
  const { content } = await renderService(context, { ...request, host: "there" });
  expect(content?.reveal().toString()).toContain("mongodb://other");
});

test("incomplete values are not handed out, and nothing is in the log", async () => {
  const { context } = await makeProject();
  const request = { service: "api", command: ["true"] };
  await expect(environmentForRun(context, request)).rejects.toMatchObject({ code: "VALUES_INVALID" });
  expect(await auditTrail(context)).toEqual([]);
});

test("a command gets the caller's environment without the way to Keyturn's keys", async () => {
  const { context } = await complete({ LANG: "C", KEYTURN_PASSPHRASE_FILE: "", KEYTURN_TOKEN: "t", KEYTURN_ENV: "" });
  const { inherited, values, makeMask } = await environmentForRun(context, { service: "api", command: ["true"] });
  expect(Object.keys(inherited)).toEqual(["LANG", "KEYTURN_ENV"]);
  expect([...values.keys()]).toEqual(["SHARED_SECRET", "MONGO_URI", "PORT"]);
  const mask = makeMask();
  const masked = Buffer.concat([mask.write(Buffer.from(`see ${uri}!`)), mask.end()]).toString();
  expect(masked).toBe("see [MONGO_URI]!");
});

test("ejecting leaves a readable file per service and host and one document with the rest, all 0600", async () => {
  const { context, folder } = await complete();
  const out = join(folder, "out");
  const { files } = await ejectEnvironment(context, out);
  expect(files).toEqual(["api@here.env", "api@there.env", "web@here.env", "export.json"]);
  expect((await readdir(out)).toSorted()).toEqual([...files].toSorted());
  for (const file of files) expect((await stat(join(out, file))).mode & 0o777).toBe(0o600);
  const document: unknown = JSON.parse(await readFile(join(out, "export.json"), "utf8"));
  expect(document).toMatchObject({ values: [{ name: "MONGO_URI", value: uri }, { name: "SHARED_SECRET" }] });
  expect((await auditTrail(context)).at(-1)).toBe("store.eject local");
  await expect(ejectEnvironment(context, out)).rejects.toMatchObject({ code: "ALREADY_EXISTS" });
});
