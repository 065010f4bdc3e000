import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { continueRotation, listUnkept, planRotation, returnRotation, type Context } from "#operation";
import { firstPair, openIam, user, type IamForTest } from "../issuer/iam-server.ts";
import { expectHealthy, presentingPlatform, type Presenting } from "../issuer/presenting-platform.ts";
import { rotate } from "./rotating-platform.ts";

// processes are started and asked many times over
vi.setConfig({ testTimeout: 120_000 });

const name = "AWS_SECRET_ACCESS_KEY";
const companion = "AWS_ACCESS_KEY_ID";
const on = { name: companion, patience: 3000, confirm: async () => true, onEvent: () => undefined };

/** Presents its pair all the time to something that takes what IAM has. */
const worker = (port: number): string => `const { createServer, request } = require("node:http");
const { appendFileSync } = require("node:fs");
const { env } = process;
let last = 0;
const call = () => request({ port: ${port}, headers: { authorization: env.${companion} + " " + env.${name} } }, (answer) => {
  answer.resume();
  last = answer.statusCode;
  if (last !== 200) appendFileSync("failed.log", "call\\n");
  setTimeout(call, 5);
}).on("error", () => undefined).end();
call();
createServer((_, response) => { response.statusCode = last; response.end(); }).listen(Number(env.PORT), "127.0.0.1");
`;

async function iamPlatform(type = ""): Promise<Presenting & { readonly iam: IamForTest }> {
  const iam = await openIam();
  const store = createServer((request, response) => {
    const [id, secret] = (request.headers.authorization ?? "").split(" ");
    response.statusCode = iam.keys.some((key) => key.id === id && key.secret === secret && key.active) ? 200 : 403;
    response.end();
  }).listen(0, "127.0.0.1");
  await once(store, "listening");
  onTestFinished(() => void store.close());
  const platform = await presentingPlatform({
    name,
    value: firstPair.secret,
    companion: { name: companion, value: firstPair.id },
    issuer: `{ iam: { user: ${user} } }`,
    others: {},
    program: worker((store.address() as AddressInfo).port),
    type,
  });
  const withIam = (context: Context): Context => ({ ...context, egress: async () => iam.egress });
  return { ...platform, iam, context: withIam(platform.context), again: () => withIam(platform.again()) };
}

async function expectWhole({ iam, again, ...platform }: Awaited<ReturnType<typeof iamPlatform>>): Promise<void> {
  expect(iam.keys).toHaveLength(1);
  await expectHealthy({ ...platform, again });
  expect(platform.failures()).toEqual([]);
  expect(await listUnkept(again())).toEqual([]);
}

describe("an access key of IAM", () => {
  test("reaches services in one step, and the one before is deleted behind it, twice over", async () => {
    const platform = await iamPlatform();
    const { iam } = platform;
    const plan = await planRotation(platform.context, { name: companion, scope: {}, compromised: false });
    expect(plan).toMatchObject({
      name,
      companion: { name: companion },
      issuer: { does: `another access key of the IAM user ${user}`, overlap: true },
      steps: [{ phase: "switch", services: ["worker"] }],
    });
    for (const _ of [1, 2]) {
      const [before] = iam.keys;
      const { result, events } = await rotate(platform.again(), { name });
      expect(result.kind).toBe("rotated");
      for (const key of [before, ...iam.keys]) {
        expect(JSON.stringify(events)).not.toContain(key?.secret);
        expect(JSON.stringify(events)).not.toContain(key?.id);
      }
      expect(iam.keys[0]?.id).not.toBe(before?.id);
      await expectWhole(platform);
    }
    expect(iam.orders.filter((order) => order === "UpdateAccessKey Inactive")).toHaveLength(2);
  });

  test("that was lost on the way, or does not fit the contract, is deleted again", async () => {
    const platform = await iamPlatform("@type=string(maxLength=40)");
    const { iam } = platform;
    iam.trouble = { on: "CreateAccessKey" };
    await expect(rotate(platform.again(), { name })).rejects.toMatchObject({ code: "ISSUER_UNREACHABLE" });
    iam.trouble = undefined;
    await expectWhole(platform);
    const narrow = await iamPlatform(
      '@type=string(pattern="[A-Za-z0-9/+]*first[A-Za-z0-9/+]*|AKIAFIRST[A-Z0-9]*|first.*")',
    );
    await expect(rotate(narrow.again(), { name })).rejects.toMatchObject({ code: "VALUES_INVALID" });
    await expectWhole(narrow);
  });

  test("is given up again when the rotation goes back, and ended later where IAM is away", async () => {
    const platform = await iamPlatform();
    const { iam } = platform;
    const stop = new AbortController();
    const { result } = await rotate(platform.again(), {
      name,
      signal: stop.signal,
      onEvent: (event) => void (event.kind === "rotation-step" && stop.abort()),
    });
    expect([result.kind, iam.keys.length]).toEqual(["held", 2]);
    expect(await returnRotation(platform.again(), on)).toMatchObject({ kind: "returned" });
    expect(iam.keys[0]?.id).toBe(firstPair.id);
    await expectWhole(platform);
    iam.trouble = { on: "DeleteAccessKey" };
    const late = await rotate(platform.again(), { name, compromised: true });
    expect(late.result).toMatchObject({
      kind: "rotated",
      unrevoked: { state: "revoking-old", companion: { name: companion } },
    });
    iam.trouble = undefined;
    expect(await continueRotation(platform.again(), on)).toMatchObject({ kind: "revoked" });
    await expectWhole(platform);
  });
});
