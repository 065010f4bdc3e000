import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import {
  continueRotation,
  listUnkept,
  planPlatform,
  planRotation,
  returnRotation,
  rotationProgress,
  type Context,
  type ContinueRequest,
} from "#operation";
import { expectHealthy, presentingPlatform, type Presenting } from "../issuer/presenting-platform.ts";
import { account, firstToken, openTwilio, type TwilioForTest } from "../issuer/twilio-account.ts";
import { given, rotate as rotateToken, type Rotated } from "./rotating-platform.ts";

// processes are started and asked many times over
vi.setConfig({ testTimeout: 120_000 });

const name = "TWILIO_AUTH_TOKEN";
const on: ContinueRequest = { name, patience: 3000, confirm: async () => true, onEvent: () => undefined };

/** Calls Twilio all the time, and takes webhooks that one of its tokens signed. */
const worker = (twilio: number): string => `const { createServer, request } = require("node:http");
const { createHmac } = require("node:crypto");
const { appendFileSync } = require("node:fs");
const { env } = process;
const call = () => request({ port: ${twilio}, headers: { authorization: env.${name} } }, (answer) => {
  answer.resume();
  if (answer.statusCode !== 200) appendFileSync("failed.log", "call\\n");
  setTimeout(call, 5);
}).on("error", () => undefined).end();
call();
createServer((request, response) => {
  const signed = [env.${name}, env.${name}_SECONDARY].map((token) => createHmac("sha1", token ?? "").update("webhook").digest("base64"));
  response.statusCode = request.url === "/webhook" && !signed.includes(request.headers["x-twilio-signature"]) ? 403 : 200;
  response.end();
}).listen(Number(env.PORT), "127.0.0.1");
`;

interface TwilioPlatform extends Presenting {
  readonly twilio: TwilioForTest;
  /** webhooks that the service took, and refused */
  readonly webhooks: { taken: number; refused: number };
}

async function twilioPlatform(type = `@accepts=${name}_SECONDARY`): Promise<TwilioPlatform> {
  const twilio = await openTwilio();
  const calls = createServer((request, response) => {
    response.statusCode = twilio.takes(request.headers.authorization ?? "") ? 200 : 401;
    response.end();
  }).listen(0, "127.0.0.1");
  await once(calls, "listening");
  const platform = await presentingPlatform({
    name,
    value: firstToken,
    issuer: `{ twilio: { account: ${account} } }`,
    others: {},
    program: worker((calls.address() as AddressInfo).port),
    type,
  });
  const webhooks = { taken: 0, refused: 0 };
  const timer = setInterval(() => void sendWebhook(platform.port, twilio, webhooks), 5);
  onTestFinished(() => {
    clearInterval(timer);
    calls.close();
  });
  const withTwilio = (context: Context): Context => ({ ...context, egress: async () => twilio.egress });
  const again = (): Context => withTwilio(platform.again());
  return { ...platform, twilio, webhooks, again, context: withTwilio(platform.context) };
}

/** Signed with the token that is the first by then; Twilio tries again where nobody answers. */
async function sendWebhook(port: number, { tokens }: TwilioForTest, webhooks: TwilioPlatform["webhooks"]) {
  const signature = createHmac("sha1", tokens.primary).update("webhook").digest("base64");
  const url = `http://127.0.0.1:${port}/webhook`;
  const answer = await fetch(url, { headers: { "x-twilio-signature": signature } }).catch(() => undefined);
  if (answer !== undefined) webhooks[answer.status === 200 ? "taken" : "refused"] += 1;
}

const rotate = (platform: TwilioPlatform, more: Parameters<typeof rotateToken>[1] = {}): Promise<Rotated> =>
  rotateToken(platform.again(), { name, ...more });

/** Nothing was lost on the way, and the service has the account's one token. */
async function expectWhole(platform: TwilioPlatform): Promise<void> {
  const { twilio, webhooks, again } = platform;
  expect(twilio.tokens.secondary).toBeUndefined();
  const { taken } = webhooks;
  await vi.waitFor(() => expect(webhooks.taken).toBeGreaterThan(taken), 5000);
  expect([platform.failures(), webhooks.refused]).toEqual([[], 0]);
  await expectHealthy(platform);
  expect((await planPlatform(again(), [])).plan.changes).toEqual([]);
  expect(await listUnkept(again())).toEqual([]);
}

describe("Twilio's auth token", () => {
  test("is promoted between learning and forgetting, without a lost call or webhook", async () => {
    const platform = await twilioPlatform();
    const plan = await planRotation(platform.context, { name, scope: {}, compromised: false });
    expect(plan.steps.map(({ phase, services }) => [phase, services])).toEqual([
      ["accept", ["worker"]],
      ["forget", ["worker"]],
    ]);
    expect(plan.warnings.map(({ code, message }) => [code, message])).toEqual([
      ["promotion", expect.stringContaining("promotes the new value behind step 1")],
    ]);
    expect(plan.issuer).toMatchObject({ where: "Twilio", promotedBehind: 1 });
    for (const _ of [1, 2]) {
      const before = platform.twilio.tokens.primary;
      const { result, events } = await rotate(platform);
      expect(result).toMatchObject({ kind: "rotated" });
      expect(platform.twilio.takes(before)).toBe(false);
      const order = events.flatMap((event) => {
        if (event.kind === "issuer") return [event.state];
        return event.kind === "rotation-step" ? [event.phase] : [];
      });
      expect(order).toEqual(["made", "accept", "revoked", "forget"]);
      for (const token of [before, platform.twilio.tokens.primary]) expect(JSON.stringify(events)).not.toContain(token);
      await expectWhole(platform);
    }
  });

  test("that a person gives is promoted by nobody, and the plan says what has to be done before", async () => {
    const platform = await twilioPlatform();
    const { twilio } = platform;
    const question = { name, scope: {}, compromised: false };
    const { warnings, issuer } = await planRotation(platform.context, question, { given: true });
    expect([issuer, warnings.map(({ code, message }) => [code, message])]).toEqual([
      undefined,
      [["not-promoted", expect.stringMatching(/^Twilio promotes nothing .*promote it there before/)]],
    ]);
    // as it says: promoted there first
    const made = "a-token-that-was-promoted-by-a-person";
    twilio.tokens.primary = made;
    const { result } = await rotate(platform, { value: given(made) });
    expect([result.kind, twilio.tokens]).toEqual(["rotated", { primary: made }]);
    await expectHealthy(platform);
  });

  test("goes back until it is promoted", async () => {
    const platform = await twilioPlatform();
    const stop = new AbortController();
    const { result } = await rotate(platform, {
      signal: stop.signal,
      onEvent: (event) => void (event.kind === "rotation-step" && stop.abort()),
    });
    expect([result.kind, platform.twilio.tokens.secondary]).toEqual(["held", expect.any(String)]);
    expect(await returnRotation(platform.again(), on)).toMatchObject({ kind: "returned" });
    expect(platform.twilio.tokens.primary).toBe(firstToken);
    await expectWhole(platform);
  });

  test("goes only forward where it may be promoted, whatever became of the answer", async () => {
    const platform = await twilioPlatform();
    platform.twilio.trouble = { on: "Promote" };
    const { result } = await rotate(platform);
    if (result.kind !== "held") throw new Error(`it is ${result.kind}`);
    expect(result.rotation).toMatchObject({ step: 1 });
    expect(await rotationProgress(platform.again(), result.rotation.id)).toMatchObject({
      pastReturn: true,
      issuance: { state: "revoking-old", attempts: 1 },
    });
    expect(platform.twilio.takes(firstToken)).toBe(false);
    await expect(returnRotation(platform.again(), on)).rejects.toMatchObject({ code: "ROTATION_REFUSED" });
    platform.twilio.trouble = undefined;
    expect(await continueRotation(platform.again(), on)).toMatchObject({ kind: "rotated" });
    await expectWhole(platform);
  });

  test("goes back where somebody deleted the new one before it was promoted", async () => {
    const platform = await twilioPlatform();
    const { result } = await rotate(platform, {
      onEvent: (event) => {
        if (event.kind === "proof" || event.kind === "rotation-step") delete platform.twilio.tokens.secondary;
      },
    });
    expect(result).toMatchObject({ kind: "held", reason: expect.stringContaining("somebody deleted it") as string });
    expect(await returnRotation(platform.again(), on)).toMatchObject({ kind: "returned" });
    expect(platform.twilio.tokens).toEqual({ primary: firstToken });
    await expectHealthy(platform);
    expect(await listUnkept(platform.again())).toEqual([]);
  });

  test("is promoted at the end where the service takes one value alone, and compromised as soon as it is everywhere", async () => {
    const platform = await twilioPlatform("");
    for (const compromised of [false, true]) {
      const before = platform.twilio.tokens.primary;
      const { result, events } = await rotate(platform, { compromised });
      expect(result).toMatchObject({ kind: "rotated" });
      expect(platform.twilio.takes(before)).toBe(false);
      const order = events.flatMap((event) => (event.kind === "issuer" ? [event.state] : []));
      expect(order).toEqual(["made", "revoked"]);
      expect(platform.failures()).toEqual([]);
    }
  });
});
