import { readdir, readFile, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { stopProcesses } from "#host";
import { Sensitive } from "#kernel";
import {
  applyPlatform,
  ejectEnvironment,
  environmentForRun,
  giveGrants,
  planPlatform,
  renderService,
  setValue,
  type Context,
} from "#operation";
import { makeProject, put, type Files } from "./make-context.ts";

// tells what it finds behind the path: a file that lacks would end it
const program = `const { readFileSync, writeFileSync } = require("node:fs");
writeFileSync("seen", readFileSync(process.env.CERT));
setInterval(() => {}, 1000);
`;

const files: Files = {
  "keyturn.yaml": `platform: shop
services:
  api:
    contract: api/.env.example
    runtime: process
    command: [node, main.cjs]
    directory: api
    hosts: [here]
environments:
  local:
    hosts: { here: local }
`,
  "api/.env.example": `# @required @sensitive @type=file
CERT=
# @optional @public @restart=none
LEVEL=info
# @optional @public @type=file
BUNDLE=/etc/ssl/certs/ca-certificates.crt
`,
  "api/main.cjs": program,
};

const binary = Buffer.from([0, 255, 10, 61, 39, 34, 0, 13, 65, 66, 67, 68, 10]);

async function project(content: Uint8Array = binary): Promise<{ readonly context: Context; readonly folder: string }> {
  const made = await makeProject(files, { PATH: process.env["PATH"] ?? "" });
  const run = join(made.context.home, "run", "local");
  onTestFinished(async () => void (await stopProcesses(run, { limit: 500 })));
  await give(made.context, content);
  await giveGrants(made.context, [{ service: "api", name: "CERT", kind: "hold" }]);
  return made;
}

const give = (context: Context, content: Uint8Array) =>
  setValue(context, {
    name: "CERT",
    scope: {},
    undeclared: false,
    asIs: true,
    read: async (exact) => ({ value: Sensitive.of(exact ? content : "taken as text"), origin: "test" }),
  });

const apply = (context: Context) =>
  applyPlatform(context, {
    part: [],
    confirm: async () => true,
    onEvent: () => undefined,
    signal: new AbortController().signal,
  });

test("a file variable is delivered as a 0600 file of any bytes, and the process finds it behind its path", async () => {
  const { context, folder } = await project();
  expect(await apply(context)).toMatchObject({ kind: "rolled-out", outcome: { kind: "done" } });
  await expect.poll(() => readFile(join(folder, "api", "seen")).catch(() => undefined)).toEqual(binary);
  const place = join(context.home, "run", "local", "api");
  expect(await readFile(join(place, ".env"), "utf8")).toContain(`CERT=${join(place, ".env.d", "r1", "CERT")}`);
  expect((await stat(join(place, ".env.d", "r1", "CERT"))).mode & 0o777).toBe(0o600);
  expect(await readdir(join(place, ".env.d", "r1"))).toEqual(["CERT"]);
  expect((await planPlatform(context, [])).plan.changes).toEqual([]);
});

test("new content restarts the service also where only the path tells, and the release before stays whole", async () => {
  const { context, folder } = await project();
  await apply(context);
  await give(context, Buffer.from("second"));
  await put(context, "LEVEL", "debug");
  await giveGrants(context, [{ service: "api", name: "LEVEL", kind: "hold" }]);
  await apply(context);
  await expect.poll(() => readFile(join(folder, "api", "seen"), "utf8")).toBe("second");
  const place = join(context.home, "run", "local", "api", ".env.d");
  expect((await readdir(place)).toSorted()).toEqual(["r1", "r2"]);
  await put(context, "LEVEL", "info");
  await apply(context);
  expect((await readdir(place)).toSorted()).toEqual(["r2", "r3"]);
  expect((await planPlatform(context, [])).plan.changes).toEqual([]);
});

test("what the contract says of a file variable is a path that is there already", async () => {
  const { context } = await project();
  const { values, close } = await environmentForRun(context, { service: "api", command: ["true"] });
  expect(values.get("BUNDLE")?.reveal().toString()).toBe("/etc/ssl/certs/ca-certificates.crt");
  await close();
});

test("a command gets its own private copy, which is gone when it has ended", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 400 }), async (bytes) => {
      const { context } = await project(bytes);
      const { values, close } = await environmentForRun(context, { service: "api", command: ["true"] });
      const path = values.get("CERT")?.reveal().toString() ?? "";
      expect(dirname(dirname(path))).toBe(tmpdir());
      expect([...(await readFile(path))]).toEqual([...bytes]);
      expect([(await stat(path)).mode & 0o777, (await stat(dirname(path))).mode & 0o777]).toEqual([0o600, 0o700]);
      await close();
      await expect(stat(dirname(path))).rejects.toMatchObject({ code: "ENOENT" });
    }),
    { numRuns: 3 },
  );
});

test("what is rendered has the path on the host, and says of which variables", async () => {
  const { context } = await project();
  const path = join(context.home, "run", "local", "api", ".env.d", "r1", "CERT");
  const result = await renderService(context, { service: "api", dialect: "systemd", replace: false });
  expect(result.files).toEqual([{ name: "CERT", path }]);
  expect(result.content?.reveal().toString()).toContain(`CERT=${path}`);
});

test("ejecting writes the file beside, byte for byte", async () => {
  const { context, folder } = await project();
  const out = join(folder, "out");
  const { files: written } = await ejectEnvironment(context, out);
  expect(written).toContain("api@here.files/CERT");
  expect(await readFile(join(out, "api@here.files", "CERT"))).toEqual(binary);
  expect(await readFile(join(out, "api@here.env"), "utf8")).toContain(join(out, "api@here.files", "CERT"));
});

test("more than a megabyte is refused before it is stored", async () => {
  const { context } = await project();
  await expect(give(context, Buffer.alloc(1024 * 1024 + 1, 1))).rejects.toMatchObject({ code: "VALUES_INVALID" });
});
