import { execFileSync } from "node:child_process";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { deriveUserKey, deriveUserKeys, type UserKeyRule } from "@keyturn/sdk";

const rule: UserKeyRule = {
  kind: "hkdf",
  product: "homedevice",
  purpose: "api-server-key",
  version: 1,
  prefix: "hd1_",
};
const id = fc.stringMatching(/^[!-~]{1,20}$/);

/** RFC 5869 in Python's own HMAC: extract without salt, one block of expand. */
const python = `
import base64, hashlib, hmac, sys
root, info = (bytes.fromhex(text) for text in sys.argv[1:])
extracted = hmac.new(bytes(32), root, hashlib.sha256).digest()
print(base64.urlsafe_b64encode(hmac.new(extracted, info + b"\\x01", hashlib.sha256).digest()).rstrip(b"=").decode(), end="")
`;

describe("a derived key", () => {
  test.each([
    { user: { id: "user-1" }, info: "homedevice/api-server-key/v1\0user-1" },
    { user: { id: "usér", epoch: 3 }, info: "homedevice/api-server-key/v1\0usér\x003" },
  ])("of $user.id is what another implementation derives", ({ user, info }) => {
    const words = ["root secret", info].map((text) => Buffer.from(text).toString("hex"));
    const expected = execFileSync("python3", ["-c", python, ...words], { encoding: "utf8" });
    expect(deriveUserKey(rule, "root secret", user)).toBe(`hd1_${expected}`);
    expect(expected).toHaveLength(43);
  });

  test("stays as it is: what containers run with today is derived tomorrow", () => {
    expect(deriveUserKey(rule, "root secret", { id: "user-1" })).toBe(
      "hd1_9tfo5E-gAFpfmxza-f5m-iaZpi4aVJiCz8RqLDoaQy8",
    );
  });

  test("is another for another user, epoch, purpose, product, version or root", () => {
    const word = fc.constantFrom("a", "b", "a.b");
    const epoch = fc.option(fc.nat(3), { nil: undefined });
    const parts = fc.record({ id, epoch, purpose: word, product: word, version: fc.nat(3), root: id });
    type Parts = typeof parts extends fc.Arbitrary<infer T> ? T : never;
    const derive = ({ id, epoch, root, ...rest }: Parts) =>
      deriveUserKey({ kind: "hkdf", prefix: "", ...rest }, root, epoch === undefined ? { id } : { id, epoch });
    fc.assert(
      fc.property(parts, parts, (first, second) => {
        expect(derive(first) === derive(second)).toBe(JSON.stringify(first) === JSON.stringify(second));
      }),
    );
  });

  test.each<[Partial<Extract<UserKeyRule, { kind: "hkdf" }>>, { id: string; epoch?: number }]>([
    [{ product: "a/b" }, { id: "u" }],
    [{ purpose: "" }, { id: "u" }],
    [{ version: -1 }, { id: "u" }],
    [{ version: 1.5 }, { id: "u" }],
    [{}, { id: "" }],
    [{}, { id: "a\0b" }],
    [{}, { id: "a\ud800" }],
    [{}, { id: "u", epoch: Number.NaN }],
  ])("is not made of %j for %j", (part, user) => {
    expect(() => deriveUserKey({ ...rule, ...part }, "root", user)).toThrow(
      expect.objectContaining({ code: "name-invalid" }),
    );
  });

  test("is not made of nothing", () => {
    expect(() => deriveUserKey(rule, "", { id: "u" })).toThrow(expect.objectContaining({ code: "key-missing" }));
  });
});

describe("a key of the kind hmac", () => {
  const plain: UserKeyRule = { kind: "hmac", encoding: "hex" };

  test("is the HMAC of RFC 4231, case 2", () => {
    const expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    expect(deriveUserKey(plain, "Jefe", { id: "what do ya want for nothing?" })).toBe(expected);
    const base64url = deriveUserKey({ kind: "hmac", encoding: "base64url" }, "Jefe", {
      id: "what do ya want for nothing?",
    });
    expect(Buffer.from(base64url, "base64url").toString("hex")).toBe(expected);
  });

  test("has no epoch", () => {
    expect(() => deriveUserKey(plain, "Jefe", { id: "u", epoch: 1 })).toThrow(
      expect.objectContaining({ code: "name-invalid" }),
    );
  });
});

test("while the root changes there is a key of each value, the present one's first, and none twice", () => {
  const user = { id: "alice" };
  const keys = (more: Readonly<Record<string, string>>) =>
    deriveUserKeys(rule, "ROOT", user, { ROOT: "root secret", ...more });
  const of = (root: string) => deriveUserKey(rule, root, user);
  expect(keys({})).toEqual([of("root secret")]);
  expect(keys({ ROOT_PREVIOUS: "before", ROOT_NEXT: "behind" })).toEqual([
    of("root secret"),
    of("behind"),
    of("before"),
  ]);
  expect(keys({ ROOT_PREVIOUS: "root secret", ROOT_NEXT: "" })).toEqual([of("root secret")]);
  expect(() => deriveUserKeys(rule, "ROOT", user, { ROOT_PREVIOUS: "before" })).toThrow(/ROOT has no value/);
});
