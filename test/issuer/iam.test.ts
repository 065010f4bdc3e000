import { describe, expect, test } from "vitest";
import { issuerFor, type Intent, type Issuer } from "#issuer";
import { AppError, Sensitive } from "#kernel";
import { adminPair, firstPair, openIam, user, type IamForTest } from "./iam-server.ts";
import { means } from "./means.ts";

interface Tried {
  readonly issuer: Issuer;
  /** with what was written down so far */
  readonly intent: (made?: { readonly value: Sensitive; readonly companion?: Sensitive }) => Intent;
  readonly slept: readonly number[];
}

function openIssuer(iam: IamForTest, { admin = false } = {}): Tried {
  let noted: string | undefined;
  const slept: number[] = [];
  const clock = { ...means.clock, sleep: async (ms: number) => void slept.push(ms) };
  const note = async (_: string, text: string) => void (noted = text);
  const value = async () => Sensitive.of(`${adminPair.id}:${adminPair.secret}\n`);
  const entry = { kind: "iam", user, region: "us-east-1", ...(admin ? { admin: "IAM_ADMIN" } : {}) } as const;
  return {
    issuer: issuerFor(entry, { ...means, egress: iam.egress, clock, note, value }),
    slept,
    intent: (made) => ({
      id: "rot_1",
      name: "AWS_SECRET_ACCESS_KEY",
      present: Sensitive.of(firstPair.secret),
      draft: Sensitive.of("unused"),
      compromised: false,
      ...(made === undefined ? {} : { made: made.value }),
      companion: {
        name: "AWS_ACCESS_KEY_ID",
        present: Sensitive.of(firstPair.id),
        ...(made?.companion === undefined ? {} : { made: made.companion }),
      },
      ...(noted === undefined ? {} : { noted }),
    }),
  };
}

const textOf = (value: Sensitive | undefined) => value?.reveal().toString();
const idsOf = ({ keys }: IamForTest) => keys.map(({ id }) => id);

async function failureOf(iam: IamForTest, work: Promise<unknown>): Promise<AppError> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AppError)) throw new Error("it did not fail");
  const told = JSON.stringify([error.message, error.hint, error.findings]);
  for (const { id, secret } of [...iam.keys, firstPair, adminPair]) {
    expect(told).not.toContain(secret);
    expect(told).not.toContain(id);
  }
  return error;
}

describe("an access key of IAM", () => {
  test.each([false, true])("is made, proved, and the one before deactivated and deleted (admin: %s)", async (admin) => {
    const iam = await openIam();
    const { issuer, intent } = openIssuer(iam, { admin });
    const made = await issuer.make(intent());
    expect(iam.keys).toMatchObject([firstPair, { id: textOf(made.companion), secret: textOf(made.value) }]);
    for (const _ of [1, 2]) await issuer.revoke(intent(made), "old");
    expect(idsOf(iam)).toEqual([textOf(made.companion)]);
    expect(iam.orders).toEqual(["CreateAccessKey", "UpdateAccessKey Inactive", "DeleteAccessKey"]);
  });

  test("is waited for until it is known everywhere", async () => {
    const iam = await openIam();
    iam.slowness = 4;
    const { issuer, intent, slept } = openIssuer(iam);
    await issuer.make(intent());
    expect(slept).toEqual([500, 1000, 2000, 3000]);
  });

  test("that is never known is refused, and goes when it is taken back", async () => {
    const iam = await openIam();
    iam.slowness = 1000;
    const { issuer, intent } = openIssuer(iam);
    const error = await failureOf(iam, issuer.make(intent()));
    expect([error.code, error.message]).toEqual([
      "ISSUER_REFUSED",
      "IAM does not take the access key that it made (InvalidClientTokenId)",
    ]);
    await issuer.revoke(intent(), "new");
    expect(idsOf(iam)).toEqual([firstPair.id]);
  });

  test("that may do nothing is a good one all the same", async () => {
    const iam = await openIam();
    iam.powerless = true;
    const { issuer, intent } = openIssuer(iam, { admin: true });
    const made = await issuer.make(intent());
    expect(idsOf(iam)).toEqual([firstPair.id, textOf(made.companion)]);
  });

  test("whose answer was lost is found, deleted, and another one made", async () => {
    const iam = await openIam();
    const { issuer, intent } = openIssuer(iam);
    iam.trouble = { on: "CreateAccessKey" };
    expect((await failureOf(iam, issuer.make(intent()))).code).toBe("ISSUER_UNREACHABLE");
    iam.trouble = undefined;
    const [, lost] = idsOf(iam);
    const made = await issuer.make(intent());
    expect(idsOf(iam)).toEqual([firstPair.id, textOf(made.companion)]);
    expect(idsOf(iam)).not.toContain(lost);
  });

  test("whose answer was lost is taken back, once and again", async () => {
    const iam = await openIam();
    const { issuer, intent } = openIssuer(iam);
    iam.trouble = { on: "CreateAccessKey" };
    await failureOf(iam, issuer.make(intent()));
    iam.trouble = { on: "DeleteAccessKey" };
    expect((await failureOf(iam, issuer.revoke(intent(), "new"))).code).toBe("ISSUER_UNREACHABLE");
    iam.trouble = undefined;
    for (const _ of [1, 2]) await issuer.revoke(intent(), "new");
    expect(idsOf(iam)).toEqual([firstPair.id]);
  });

  test("is none of ours where nothing was made: the other one of that user stays", async () => {
    const iam = await openIam();
    const other = { id: ["AKIA", "OTHEROTHEROTHER2"].join(""), secret: "other", active: true, unknownFor: 0 };
    iam.keys.push(other);
    const { issuer, intent } = openIssuer(iam);
    const error = await failureOf(iam, issuer.make(intent()));
    expect([error.code, error.message]).toEqual([
      "ISSUER_REFUSED",
      `the IAM user ${user} has as many access keys as it may have`,
    ]);
    await issuer.revoke(intent(), "new");
    expect(idsOf(iam)).toEqual([firstPair.id, other.id]);
  });

  test("is another user's where that user has none like it", async () => {
    const iam = await openIam();
    iam.keys.splice(0, 1, { id: ["AKIA", "OTHEROTHEROTHER2"].join(""), secret: "other", active: true, unknownFor: 0 });
    const { issuer, intent } = openIssuer(iam, { admin: true });
    const error = await failureOf(iam, issuer.make(intent()));
    expect([error.code, error.message]).toEqual([
      "ISSUER_REFUSED",
      `the present access key is none of the IAM user ${user}`,
    ]);
    expect(iam.orders).toEqual([]);
  });

  test("is refused with the secret of another", async () => {
    const iam = await openIam();
    iam.keys.splice(0, 1, { ...firstPair, secret: "of-another-pair", active: true, unknownFor: 0 });
    const error = await failureOf(iam, openIssuer(iam).issuer.make(openIssuer(iam).intent()));
    expect(error.message).toBe("IAM does not list access keys (SignatureDoesNotMatch)");
  });

  test.each([
    [403, "AccessDenied", "ISSUER_REFUSED"],
    [400, "Throttling", "ISSUER_UNREACHABLE"],
    [409, "ConcurrentModification", "ISSUER_UNREACHABLE"],
    [503, "ServiceUnavailable", "ISSUER_UNREACHABLE"],
  ])("is not made where IAM answers %i %s", async (status, code, expected) => {
    const iam = await openIam();
    iam.trouble = { on: "CreateAccessKey", status, code };
    const { issuer, intent } = openIssuer(iam);
    expect((await failureOf(iam, issuer.make(intent()))).code).toBe(expected);
    expect(idsOf(iam)).toEqual([firstPair.id]);
  });
});
