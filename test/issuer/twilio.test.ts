import { describe, expect, test } from "vitest";
import { AppError, Sensitive } from "#kernel";
import { issuerFor, type Intent, type Issuer } from "#issuer";
import { means } from "./means.ts";
import { account, firstToken, openTwilio, type TwilioForTest } from "./twilio-account.ts";

function issuerOf({ egress }: TwilioForTest): Issuer {
  const clock = { ...means.clock, sleep: async () => undefined };
  const value = async () => Sensitive.of("unused");
  return issuerFor({ kind: "twilio", account }, { ...means, egress, clock, value });
}

const intent: Intent = {
  id: "rot_1",
  name: "TWILIO_AUTH_TOKEN",
  present: Sensitive.of(firstToken),
  draft: Sensitive.of("unused"),
  compromised: false,
};

async function failureOf(twilio: TwilioForTest, work: Promise<unknown>): Promise<AppError> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AppError)) throw new Error("it did not fail");
  for (const value of [firstToken, twilio.tokens.secondary ?? twilio.tokens.primary])
    expect(JSON.stringify([error.message, error.hint, error.findings])).not.toContain(value);
  return error;
}

/** As it is behind a lost answer. */
async function lost(twilio: TwilioForTest, on: string, work: () => Promise<unknown>): Promise<void> {
  twilio.trouble = { on };
  expect((await failureOf(twilio, work())).code).toBe("ISSUER_UNREACHABLE");
  twilio.trouble = undefined;
}

describe("the auth token of a Twilio account", () => {
  test("has a secondary one beside it until that is promoted, each time it is tried again as well", async () => {
    const twilio = await openTwilio();
    const issuer = issuerOf(twilio);
    const { value } = await issuer.make(intent);
    const made = value.reveal().toString();
    expect(twilio.tokens).toEqual({ primary: firstToken, secondary: made });
    for (const _ of [1, 2]) await issuer.revoke({ ...intent, made: value }, "old");
    expect(twilio.tokens).toEqual({ primary: made });
    expect(twilio.orders.filter((order) => order.includes("Promote"))).toHaveLength(1);
  });

  test("keeps itself when the secondary one is taken back, whether it was made or not", async () => {
    const twilio = await openTwilio();
    const issuer = issuerOf(twilio);
    await issuer.revoke(intent, "new");
    await issuer.make(intent);
    for (const _ of [1, 2]) await issuer.revoke(intent, "new");
    expect(twilio.tokens).toEqual({ primary: firstToken });
  });

  test("has one secondary where the answer to the first was lost, and it is another one", async () => {
    const twilio = await openTwilio();
    const issuer = issuerOf(twilio);
    await lost(twilio, "POST accounts.twilio.com/v1/AuthTokens/Secondary", () => issuer.make(intent));
    const { secondary: unknown } = twilio.tokens;
    const { value } = await issuer.make(intent);
    expect(twilio.tokens.secondary).toBe(value.reveal().toString());
    expect(twilio.tokens.secondary).not.toBe(unknown);
  });

  test("is promoted once where the answer to that was lost", async () => {
    const twilio = await openTwilio();
    const issuer = issuerOf(twilio);
    const { value } = await issuer.make(intent);
    await lost(twilio, "Promote", () => issuer.revoke({ ...intent, made: value }, "old"));
    await issuer.revoke({ ...intent, made: value }, "old");
    expect(twilio.tokens).toEqual({ primary: value.reveal().toString() });
  });

  test("is not promoted where somebody deleted the secondary one, or nobody knows it", async () => {
    const twilio = await openTwilio();
    const issuer = issuerOf(twilio);
    const { value } = await issuer.make(intent);
    expect((await failureOf(twilio, issuer.revoke(intent, "old"))).code).toBe("ISSUER_REFUSED");
    delete twilio.tokens.secondary;
    const error = await failureOf(twilio, issuer.revoke({ ...intent, made: value }, "old"));
    expect([error.code, error.message]).toEqual([
      "ISSUER_REFUSED",
      expect.stringContaining("somebody deleted it there"),
    ]);
    expect(twilio.tokens).toEqual({ primary: firstToken });
  });

  test("has nothing to take back where it was promoted away by somebody else", async () => {
    const twilio = await openTwilio();
    twilio.tokens.primary = "f".repeat(32);
    await issuerOf(twilio).revoke(intent, "new");
    expect(twilio.tokens).toEqual({ primary: "f".repeat(32) });
  });

  test("is one that Twilio takes, to begin with", async () => {
    const twilio = await openTwilio();
    twilio.tokens.primary = "f".repeat(32);
    const error = await failureOf(twilio, issuerOf(twilio).make(intent));
    expect([error.code, error.message]).toEqual([
      "ISSUER_REFUSED",
      `Twilio does not take the token of ${account} (401)`,
    ]);
  });

  test.each([
    [403, "ISSUER_REFUSED"],
    [429, "ISSUER_UNREACHABLE"],
    [503, "ISSUER_UNREACHABLE"],
  ])("stays where Twilio answers %i", async (status, code) => {
    const twilio = await openTwilio();
    twilio.trouble = { on: "POST", status };
    expect((await failureOf(twilio, issuerOf(twilio).make(intent))).code).toBe(code);
    expect(twilio.tokens).toEqual({ primary: firstToken });
  });
});
