import { createSecretKey, randomBytes } from "node:crypto";
import * as fc from "fast-check";
import { jwtVerify, SignJWT } from "jose";
import { describe, expect, test } from "vitest";
import { signToken, verifyToken, type Claims } from "@keyturn/sdk";

const year = 365 * 24 * 3600;
const now = new Date("2026-11-25T12:00:00Z");
const at = (seconds: number) => new Date(now.getTime() + seconds * 1000);
const seconds = now.getTime() / 1000;
const newKey = () => randomBytes(32).toString("base64url");
const key = fc.uint8Array({ minLength: 32, maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString("hex"));

function forge(header: Claims, claims: Claims, secret: string): string {
  const genuine = signToken({ current: secret }, "x", { lifetime: 1, claims });
  return (
    [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".") +
    `.${genuine.split(".")[2]}`
  );
}

/** Signed by another implementation, with whatever is asked for. */
function signed(secret: string, claims: Claims, header: Claims = {}): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: "HS256", ...header }).sign(createSecretKey(Buffer.from(secret)));
}

describe("a token", () => {
  test("is read by jose, which finds what was signed", async () => {
    const current = newKey();
    const token = signToken({ current }, "pi-7", {
      lifetime: year,
      audience: "devices",
      claims: { family: "f1", sub: "x" },
      now,
    });
    const { payload } = await jwtVerify(token, Buffer.from(current), {
      algorithms: ["HS256"],
      currentDate: now,
      audience: "devices",
    });
    expect(payload).toEqual({ family: "f1", sub: "pi-7", aud: "devices", iat: seconds, exp: seconds + year });
  });

  test("of jose is read here", async () => {
    const current = newKey();
    const claims = { sub: "pi-7", exp: seconds + 60, family: "f1" };
    const verdict = verifyToken({ current }, await signed(current, claims), { now });
    expect(verdict).toEqual({ kind: "valid", subject: "pi-7", claims, signedBy: "current" });
  });

  test("is taken under any key of the ring, and it is told whether that is the current one", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(key, { minLength: 1, maxLength: 4 }),
        fc.nat(),
        ([current = "", ...previous], pick) => {
          const ring = { current, previous: previous.map((one) => ({ key: one, until: at(60) })) };
          const index = pick % (previous.length + 1);
          const signer = [current, ...previous][index] ?? "";
          const token = signToken({ current: signer }, "pi-7", { lifetime: 60, now });
          expect(verifyToken(ring, token, { now })).toMatchObject({
            kind: "valid",
            signedBy: index === 0 ? "current" : "previous",
          });
        },
      ),
    );
  });

  test("is signed with the current key alone", () => {
    const [current, previous] = [newKey(), newKey()];
    const token = signToken({ current, previous: [{ key: previous, until: at(60) }] }, "pi-7", {
      lifetime: 60,
      now,
    });
    expect(verifyToken({ current }, token, { now }).kind).toBe("valid");
  });

  test("of a previous key is taken until its limit and no longer", () => {
    const [current, previous] = [newKey(), newKey()];
    const token = signToken({ current: previous }, "pi-7", { lifetime: year, now });
    const verdict = (until: Date, when: Date) =>
      verifyToken({ current, previous: [{ key: previous, until }] }, token, { now: when }).kind;
    expect(verdict(at(60), at(59))).toBe("valid");
    expect(verdict(at(60), at(60))).toBe("refused");
    expect(verdict(new Date("no date"), at(0))).toBe("refused");
  });

  test("is refused when any one character of it is another", () => {
    const current = newKey();
    const token = signToken({ current }, "pi-7", { lifetime: 60, now });
    const char = fc.constantFrom(
      ...Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ "),
    );
    fc.assert(
      fc.property(fc.nat(token.length - 1), char, (place, other) => {
        fc.pre(token[place] !== other);
        const changed = token.slice(0, place) + other + token.slice(place + 1);
        expect(verifyToken({ current }, changed, { now }).kind).toBe("refused");
      }),
      { numRuns: 2000 },
    );
  });

  test("that is any text at all is refused, and nothing is thrown", () => {
    const current = newKey();
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `${text}.${text}.${text}`),
          fc.base64String(),
        ),
        (text) => {
          expect(verifyToken({ current }, text, { now }).kind).toBe("refused");
        },
      ),
    );
  });
});

describe("what a token says", () => {
  const current = newKey();
  const verdict = async (claims: Claims, options: { readonly skew?: number; readonly audience?: string } = {}) => {
    const read = verifyToken({ current }, await signed(current, claims), { now, ...options });
    return read.kind === "valid" ? "valid" : read.reason;
  };

  test("of its time is kept, give or take the skew", async () => {
    expect(await verdict({ sub: "a", exp: seconds + 1 })).toBe("valid");
    expect(await verdict({ sub: "a", exp: seconds })).toBe("expired");
    expect(await verdict({ sub: "a", exp: seconds - 9 }, { skew: 10 })).toBe("valid");
    expect(await verdict({ sub: "a", exp: seconds - 10 }, { skew: 10 })).toBe("expired");
    expect(await verdict({ sub: "a", exp: seconds + 60 }, { skew: Number.NaN })).toBe("expired");
    expect(await verdict({ sub: "a", exp: seconds + 60, nbf: seconds })).toBe("valid");
    expect(await verdict({ sub: "a", exp: seconds + 60, nbf: seconds + 1 })).toBe("early");
    expect(await verdict({ sub: "a", exp: seconds + 60, nbf: seconds + 10 }, { skew: 10 })).toBe("valid");
  });

  test("must hold a time and a subject", async () => {
    expect(await verdict({ sub: "a" })).toBe("malformed");
    expect(await verdict({ exp: seconds + 60 })).toBe("malformed");
    expect(await verdict({ sub: "", exp: seconds + 60 })).toBe("malformed");
  });

  test("of its audience is kept where one is asked for", async () => {
    const claims = { sub: "a", exp: seconds + 60 };
    expect(await verdict(claims, { audience: "devices" })).toBe("audience");
    expect(await verdict({ ...claims, aud: "anon" }, { audience: "devices" })).toBe("audience");
    expect(await verdict({ ...claims, aud: ["x", "devices"] }, { audience: "devices" })).toBe("valid");
    expect(await verdict({ ...claims, aud: "devices" })).toBe("valid");
  });

  test.each(["none", "None", "HS512", "RS256", ""])("of the algorithm %j opens nothing", (alg) => {
    const forged = forge({ alg, typ: "JWT" }, { sub: "a", exp: seconds + 60 }, current);
    expect(verifyToken({ current }, forged, { now })).toEqual({ kind: "refused", reason: "malformed" });
    const [head, payload] = forged.split(".");
    expect(verifyToken({ current }, `${head}.${payload}.`, { now }).kind).toBe("refused");
  });

  test("of an extension that must be understood is refused", async () => {
    const genuine = await signed(current, { sub: "a", exp: seconds + 60 }, { kid: "1" });
    expect(verifyToken({ current }, genuine, { now }).kind).toBe("valid");
    const critical = forge({ alg: "HS256", crit: ["b64"], b64: false }, { sub: "a", exp: seconds + 60 }, current);
    expect(verifyToken({ current }, critical, { now })).toEqual({ kind: "refused", reason: "malformed" });
  });
});

test("a key that is absent or shorter than the hash is an error of whoever set it up", () => {
  expect(() => signToken({ current: "" }, "a", { lifetime: 1 })).toThrow(
    expect.objectContaining({ code: "key-missing" }),
  );
  expect(() => verifyToken({ current: "x".repeat(31) }, "", {})).toThrow(
    expect.objectContaining({ code: "key-short" }),
  );
  const previous = [{ key: "short", until: at(1) }];
  expect(() => verifyToken({ current: newKey(), previous }, "", { now })).toThrow(
    expect.objectContaining({ code: "key-short" }),
  );
  expect(verifyToken({ current: newKey(), previous: [{ key: undefined, until: at(1) }] }, "", { now }).kind).toBe(
    "refused",
  );
  expect(() => signToken({ current: newKey() }, "", { lifetime: 1 })).toThrow(
    expect.objectContaining({ code: "name-invalid" }),
  );
});
