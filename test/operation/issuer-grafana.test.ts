import { expect, test, vi } from "vitest";
import { listRotations, listUnkept, planPlatform, planRotation } from "#operation";
import { openGrafana } from "../issuer/grafana-server.ts";
import { expectHealthy, presentingPlatform } from "../issuer/presenting-platform.ts";
import { rotate } from "./rotating-platform.ts";

// processes are started and asked many times over
vi.setConfig({ testTimeout: 120_000 });

const name = "GRAFANA_ADMIN_PASSWORD";
const first = "the-password-that-was-first";

/** Healthy while Grafana takes its login. */
const caller = (url: string): string => `const { createServer } = require("node:http");
const login = "Basic " + Buffer.from("admin:" + process.env.${name}).toString("base64");
createServer(async (_, response) => {
  const answer = await fetch("${url}api/user", { headers: { authorization: login } }).catch(() => undefined);
  response.statusCode = answer?.status ?? 503;
  response.end();
}).listen(Number(process.env.PORT), "127.0.0.1");
`;

async function grafanaPlatform(program = caller) {
  const grafana = await openGrafana();
  const platform = await presentingPlatform({
    name,
    value: first,
    issuer: "{ grafana: { user: admin, admin: GRAFANA_URL } }",
    others: { GRAFANA_URL: grafana.url },
    program: program(grafana.url),
  });
  return { ...platform, grafana };
}

test("Grafana's password changes at once with whoever presents it, as it is told before", async () => {
  const platform = await grafanaPlatform();
  const { grafana, context } = platform;
  const plan = await planRotation(context, { name, scope: {}, compromised: false });
  expect(plan.steps.map(({ phase, services }) => [phase, services])).toEqual([["swap", ["worker"]]]);
  expect(plan.issuer?.does).toBe("another password of the Grafana user admin");
  expect(plan.warnings.map(({ message }) => message)).toEqual([
    expect.stringMatching(/^Grafana takes one value alone: new connections of worker are refused for about \d+ s$/),
  ]);
  for (const _ of [1, 2]) {
    const before = grafana.passwords.get("admin");
    const { result, events } = await rotate(platform.again(), { name });
    expect(result).toMatchObject({ kind: "rotated" });
    expect(grafana.passwords.get("admin")).not.toBe(before);
    expect(JSON.stringify(events)).not.toContain(grafana.passwords.get("admin"));
    await expectHealthy(platform);
  }
  expect((await planPlatform(platform.again(), [])).plan.changes).toEqual([]);
  expect(await listUnkept(platform.again())).toEqual([]);
});

test("Grafana has the password before again by itself, where a service does not come up with the new one", async () => {
  const platform = await grafanaPlatform(
    (url) => `if (!process.env.${name}.includes("first")) process.exit(3);\n${caller(url)}`,
  );
  expect((await rotate(platform.context, { name })).result).toMatchObject({ kind: "returned" });
  expect(platform.grafana.passwords.get("admin")).toBe(first);
  await expectHealthy(platform);
});

test("where Grafana's answer was lost, the password before is given back there, and nothing was rotated", async () => {
  const platform = await grafanaPlatform();
  const { grafana, context } = platform;
  grafana.trouble = { on: "PUT" };
  const rotated = rotate(context, { name });
  await expect(rotated).rejects.toMatchObject({ code: "ISSUER_UNREACHABLE" });
  grafana.trouble = undefined;
  expect((await listUnkept(platform.again()))[0]).toMatchObject({ state: "revoking-new", attempts: 1 });
  // the way back was done, and its answer was lost as well
  expect(grafana.passwords.get("admin")).toBe(first);
  await expect(rotate(platform.again(), { name })).resolves.toMatchObject({ result: { kind: "rotated" } });
  expect(await listUnkept(platform.again())).toEqual([]);
  expect((await listRotations(platform.again())).length).toBe(1);
  await expectHealthy(platform);
});
