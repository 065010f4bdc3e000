import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { planPlatform, platformStatus } from "#operation";
import { put } from "./make-context.ts";
import { rotate } from "./rotating-platform.ts";
import { answerOf, applied, apply, livePlatform, processesOf } from "./live-platform.ts";

/** Reads its file again at SIGHUP; files beside it make it deaf, or late with what it reports. */
const api = `const { createServer } = require("node:http");
const { existsSync, readFileSync } = require("node:fs");
let { KEYTURN_RELEASE: release, MODE: mode, KEYTURN_FILE: file } = process.env;
process.on("SIGHUP", () => {
  if (existsSync("deaf")) return;
  const text = readFileSync(file, "utf8");
  release = /^KEYTURN_RELEASE=(.*)$/m.exec(text)[1];
  mode = /^MODE=(.*)$/m.exec(text)[1];
});
createServer((request, response) => {
  response.end(JSON.stringify({ mode, state: { release: existsSync("late") ? "r0" : release } }));
}).listen(Number(process.env.PORT), "127.0.0.1");
`;

const contract = `# @required @sensitive
TOKEN=change-me
# @required @sensitive
API_KEY=change-me
# @optional @public @type=port
PORT=1
# @optional @public @restart=reload
MODE=ok
`;

async function reloading() {
  const live = await livePlatform({
    files: { "api/main.cjs": api, "api/.env.example": contract },
    local: `    services:
      api:
        health: [{ http: "http://127.0.0.1:1/health", timeout: 300ms, deadline: 1500ms, release: state.release }]
`,
  });
  const manifest = join(live.folder, "keyturn.yaml");
  await writeFile(manifest, (await readFile(manifest, "utf8")).replace("127.0.0.1:1/", `127.0.0.1:${live.port}/`));
  return { ...live, context: live.again() };
}

test("a changed variable is brought by a reload: another release, the same process", async () => {
  const { context, port } = await reloading();
  await applied(context);
  const before = await processesOf(context);
  await put(context, "MODE", "loud");
  await applied(context);
  expect(await processesOf(context)).toEqual(before);
  expect(await answerOf(port)).toBe('200 {"mode":"loud","state":{"release":"r2"}}');
  const { rows } = await platformStatus(context, ["api"]);
  expect(rows).toMatchObject([{ release: "r2", differences: [] }]);
  expect((await planPlatform(context, [])).plan.changes).toEqual([]);
});

test("a service that takes no notice keeps its process and goes back", async () => {
  const { context, port, folder } = await reloading();
  await applied(context);
  const before = await processesOf(context);
  await writeFile(join(folder, "api", "deaf"), "");
  await put(context, "MODE", "loud");
  expect(await apply(context)).toMatchObject({
    outcome: {
      kind: "returned",
      failure: { step: "verify", detail: expect.stringContaining("reports r1, expected r2") },
    },
  });
  expect(await processesOf(context)).toEqual(before);
  expect(await answerOf(port)).toBe('200 {"mode":"ok","state":{"release":"r1"}}');
  await rm(join(folder, "api", "deaf"));
  await applied(context);
  expect(await answerOf(port)).toContain('"mode":"loud"');
});

test("a process that reports another release than its host was given is shown as stale", async () => {
  const { context, folder } = await reloading();
  await applied(context);
  await writeFile(join(folder, "api", "late"), "");
  const { rows } = await platformStatus(context, ["api"]);
  expect(rows).toMatchObject([{ release: "r0", differences: [{ kind: "process-stale" }] }]);
});

test("a rotation brings and takes away the second value by reloads where the contract wants that", async () => {
  const { context, folder, again } = await reloading();
  const wanted = "# @required @sensitive @accepts=API_KEY_PREVIOUS @restart=reload\nAPI_KEY";
  await writeFile(join(folder, "api/.env.example"), contract.replace("# @required @sensitive\nAPI_KEY", wanted));
  await applied(again());
  const before = await processesOf(context);
  const { result } = await rotate(again(), { name: "API_KEY" });
  expect(result).toMatchObject({ kind: "rotated", rotation: { steps: [{ phase: "accept" }, { phase: "forget" }] } });
  expect(await processesOf(context)).toEqual(before);
  expect((await planPlatform(again(), [])).plan.changes).toEqual([]);
});
