import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { probeCredentials, probeHistory, type Context } from "#operation";
import { egressTo, standIn, type StandIn } from "../provider/stand-in.ts";
import { keys } from "../provider/keys.ts";
import { auditTrail, makeProject, put } from "./make-context.ts";

const account = `AC${"0a1b".repeat(8)}`;

/** Two services that share keys; one of them also has a telephone. */
const files = {
  "keyturn.yaml": `platform: voice
services:
  api:
    contract: api/.env.example
    runtime: process
    command: [node, main.js]
    directory: api
    hosts: [here]
    values: { TWILIO_ACCOUNT_SID: "${account}" }
  fleet:
    contract: fleet/.env.example
    runtime: process
    command: [node, main.js]
    directory: fleet
    hosts: [here, there]
environments:
  local:
    hosts: { here: local, there: local }
`,
  "api/.env.example": `# @optional @sensitive @provider=openai
LLM_KEY=
# @optional @sensitive
TWILIO_AUTH_TOKEN=
# @optional @public
TWILIO_ACCOUNT_SID=
# @optional @sensitive
GRAFANA_TOKEN=
# @optional @public
GRAFANA_URL=https://stand-in.example
# @optional @sensitive @provider=of-our-own
OTHER_KEY=
`,
  "fleet/.env.example": "# @optional @sensitive @provider=openai\nLLM_KEY=\n# @optional @sensitive\nGEMINI_API_KEY=\n",
};

const ask = { nearby: false, newAddress: false };

async function project(): Promise<{ context: Context; world: StandIn; folder: string }> {
  const { context, folder } = await makeProject(files);
  const world = await standIn(({ url }, response) => {
    response.end(JSON.stringify({ data: [], id: 1, url, status: "active" }));
  });
  return { context: { ...context, egress: async () => world.egress }, world, folder };
}

test("parts that belong together are one credential, whoever gets them, and the use is in the log before it is asked", async () => {
  const { context, world } = await project();
  await put(context, "LLM_KEY", keys["openai"] ?? "");
  await put(context, "TWILIO_AUTH_TOKEN", keys["twilio"] ?? "");
  await put(context, "OTHER_KEY", "a-key-of-nobody-known");
  const probed = await probeCredentials(context, ask);
  expect(
    probed.map(({ provider, name, state, targets, with: more }) => ({ provider, name, state, targets, more })),
  ).toEqual([
    { provider: "openai", name: "LLM_KEY", state: "ok", targets: ["api@here", "fleet@here", "fleet@there"], more: [] },
    { provider: "twilio", name: "TWILIO_AUTH_TOKEN", state: "ok", targets: ["api@here"], more: ["TWILIO_ACCOUNT_SID"] },
  ]);
  expect(world.seen.map(({ path = "" }) => path).toSorted()).toEqual([
    `/2010-04-01/Accounts/${account}.json`,
    "/v1/models",
  ]);
  expect((await auditTrail(context)).slice(-2)).toEqual(["value.probe LLM_KEY", "value.probe TWILIO_AUTH_TOKEN"]);
  expect(JSON.stringify(probed)).not.toMatch(new RegExp(`${keys["openai"]}|${keys["twilio"]}`));
});

test("values that differ by place are probed one by one, and one is selected by provider or name", async () => {
  const { context } = await project();
  await put(context, "LLM_KEY", keys["openai"] ?? "");
  await put(context, "LLM_KEY", `${keys["openai"]}x`, { service: "fleet", host: "there" });
  await put(context, "GEMINI_API_KEY", keys["google"] ?? "");
  const llm = await probeCredentials(context, { ...ask, only: "LLM_KEY" });
  expect(llm.map(({ targets }) => targets)).toEqual([["api@here", "fleet@here"], ["fleet@there"]]);
  const [gemini, ...none] = await probeCredentials(context, { ...ask, only: "gemini" });
  expect(none).toEqual([]);
  expect(gemini).toMatchObject({ state: "inconclusive", deadlines: [{ deadline: "2026-09-01" }] });
  await expect(probeCredentials(context, { ...ask, only: "deepgram" })).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("an address that the contract says gets a key only where someone insists, and again without", async () => {
  const { context, world } = await project();
  await put(context, "GRAFANA_TOKEN", keys["grafana"] ?? "");
  const trail = await auditTrail(context);
  const [refused] = await probeCredentials(context, ask);
  expect(refused).toMatchObject({
    state: "inconclusive",
    meaning: expect.stringContaining("GRAFANA_URL is said by the contract"),
  });
  expect({ connected: world.connected, trail: await auditTrail(context) }).toEqual({ connected: [], trail });
  expect((await probeCredentials(context, { ...ask, newAddress: true }))[0]).toMatchObject({ state: "ok" });
  expect((await probeCredentials(context, ask))[0]).toMatchObject({ state: "ok" });
  await put(context, "GRAFANA_TOKEN", `glsa_${"xY34".repeat(8)}_0a1B2c3D`);
  expect((await probeCredentials(context, ask))[0]).toMatchObject({ state: "inconclusive" });
  expect(world.connected).toHaveLength(2);
});

test("an address that was set after the key is a new one, and the key entered behind it is not kept from it", async () => {
  const { context, world } = await project();
  await put(context, "GRAFANA_TOKEN", keys["grafana"] ?? "");
  await put(context, "GRAFANA_URL", "https://stand-in.example");
  const [refused] = await probeCredentials(context, ask);
  expect(refused).toMatchObject({
    state: "inconclusive",
    meaning: expect.stringContaining("GRAFANA_URL was set after the key"),
  });
  expect(world.connected).toEqual([]);
  await put(context, "GRAFANA_TOKEN", `glsa_${"xY34".repeat(8)}_0a1B2c3D`);
  expect((await probeCredentials(context, ask))[0]).toMatchObject({ state: "ok" });
});

test("a part that can't be opened is told, and the other credentials are asked", async () => {
  const { context, folder, world } = await project();
  await put(context, "LLM_KEY", keys["openai"] ?? "");
  const { version } = await put(context, "TWILIO_AUTH_TOKEN", keys["twilio"] ?? "");
  const raw = new DatabaseSync(join(folder, ".keyturn/keyturn.db"));
  raw.prepare("update value set number = 7 where id = ?").run(version.id);
  raw.close();
  const probed = await probeCredentials(context, ask);
  expect(probed.map(({ state, meaning }) => [state, meaning])).toEqual([
    ["ok", "models are listed"],
    ["inconclusive", "TWILIO_AUTH_TOKEN is stored, but can't be opened"],
  ]);
  expect(world.seen).toHaveLength(1);
});

test("what probes found is kept: since when a state is so, and what it was before", async () => {
  const { context } = await project();
  await put(context, "LLM_KEY", keys["openai"] ?? "");
  const [first] = await probeCredentials(context, ask);
  const [second] = await probeCredentials(context, ask);
  expect(second?.since).toBe(first?.since);
  const away = { ...context, egress: async () => egressTo(1, { addresses: [[]] }).egress };
  const [lost] = await probeCredentials(away, ask);
  expect(lost).toMatchObject({ state: "unreachable", advice: expect.stringContaining("network") });
  const periods = await probeHistory(context, "openai");
  expect(periods.map(({ state, times }) => [state, times])).toEqual([
    ["unreachable", 1],
    ["ok", 2],
  ]);
  expect(await probeHistory(context, "LLM_KEY")).toEqual(periods);
  await expect(probeHistory(context, "GEMINI_API_KEY")).rejects.toMatchObject({ code: "NOT_FOUND" });
});
