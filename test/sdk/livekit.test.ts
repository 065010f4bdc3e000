import { createHash, createSecretKey, randomBytes } from "node:crypto";
import * as fc from "fast-check";
import { jwtVerify, SignJWT } from "jose";
import { describe, expect, test } from "vitest";
import { signLivekitToken, verifyLivekitWebhook, type Claims, type LivekitKeyPair } from "@keyturn/sdk";

const now = new Date("2026-11-25T12:00:00Z");
const seconds = now.getTime() / 1000;
const newPair = (key: string): LivekitKeyPair => ({ key, secret: randomBytes(32).toString("base64url") });
const body = '{"event":"room_started"}';
/** published: the digest of that body */
const digest = "w9NV0uLHjSON8P7eonnkKXDHY4ICORefbHDCviKIgX8=";

/** As LiveKit signs, by another implementation. */
function sign({ key, secret }: LivekitKeyPair, claims: Claims): Promise<string> {
  return new SignJWT({ iss: key, nbf: seconds, exp: seconds + 300, ...claims })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .sign(createSecretKey(Buffer.from(secret)));
}

describe("an access token", () => {
  test("has the claims that LiveKit reads, for six hours", async () => {
    const pair = newPair("APIone");
    const grants = { identity: "ann", name: "Ann", video: { room: "r", roomJoin: true }, sip: { call: true } };
    const token = signLivekitToken(pair, grants, { now });
    const { payload, protectedHeader } = await jwtVerify(token, Buffer.from(pair.secret), { currentDate: now });
    expect(protectedHeader).toEqual({ alg: "HS256", typ: "JWT" });
    const { identity, ...rest } = grants;
    expect(payload).toEqual({ ...rest, sub: identity, iss: "APIone", nbf: seconds, exp: seconds + 6 * 3600 });
  });

  test("needs an identity to join a room, and none to list rooms", () => {
    const pair = newPair("APIone");
    expect(() => signLivekitToken(pair, { video: { roomJoin: true } })).toThrow(
      expect.objectContaining({ code: "name-invalid" }),
    );
    expect(signLivekitToken(pair, { video: { roomList: true } }, { lifetime: 60 })).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(() => signLivekitToken({ ...pair, secret: "" }, {})).toThrow(
      expect.objectContaining({ code: "key-missing" }),
    );
  });
});

describe("a webhook", () => {
  test("is taken under any of the pairs, and it is told which", async () => {
    const pairs = ["APIone", "APItwo", "APIthree"].map(newPair);
    for (const pair of pairs) {
      const authorization = await sign(pair, { sha256: digest });
      expect(verifyLivekitWebhook(pairs, { authorization, body }, { now })).toEqual({
        kind: "valid",
        event: { event: "room_started" },
        key: pair.key,
      });
      expect(verifyLivekitWebhook(pairs, { authorization, body: Buffer.from(body) }, { now }).kind).toBe("valid");
    }
  });

  test("is taken under the old and the new secret of one key", async () => {
    const [old, fresh] = [newPair("APIone"), newPair("APIone")];
    for (const pair of [old, fresh]) {
      const authorization = await sign(pair, { sha256: digest });
      expect(verifyLivekitWebhook([fresh, old], { authorization, body }, { now }).kind).toBe("valid");
    }
  });

  test("is refused when any byte of its body is another", async () => {
    const pair = newPair("APIone");
    const authorization = await sign(pair, { sha256: digest });
    fc.assert(
      fc.property(fc.nat(body.length - 1), fc.integer({ min: 1, max: 255 }), (place, change) => {
        const changed = Buffer.from(body);
        changed[place] = (changed[place] ?? 0) ^ change;
        expect(verifyLivekitWebhook([pair], { authorization, body: changed }, { now })).toEqual({
          kind: "refused",
          reason: "body",
        });
      }),
    );
  });

  test("is refused under a secret that its key has not", async () => {
    const [one, two] = [newPair("APIone"), newPair("APItwo")];
    const reason = async (claims: Claims, pair = one) => {
      const verdict = verifyLivekitWebhook([one, two], { authorization: await sign(pair, claims), body }, { now });
      return verdict.kind === "refused" ? verdict.reason : verdict.kind;
    };
    expect(await reason({ sha256: digest, iss: "APItwo" })).toBe("signature");
    expect(await reason({ sha256: digest, iss: "toString" })).toBe("signature");
    expect(await reason({ sha256: digest }, newPair("APIone"))).toBe("signature");
    expect(await reason({})).toBe("malformed");
    expect(await reason({ sha256: digest, exp: seconds - 10 })).toBe("expired");
    expect(await reason({ sha256: digest, exp: seconds - 9 })).toBe("valid");
    expect(await reason({ sha256: digest, nbf: seconds + 11 })).toBe("early");
    expect(await reason({ sha256: digest.replace("=", "") })).toBe("body");
  });

  test("without a token, or with Bearer before it, is refused", async () => {
    const pair = newPair("APIone");
    const token = await sign(pair, { sha256: digest });
    for (const authorization of [undefined, "", `Bearer ${token}`]) {
      expect(verifyLivekitWebhook([pair], { authorization, body }, { now }).kind).toBe("refused");
    }
  });

  test("that is no JSON is refused, whoever signed it", async () => {
    const pair = newPair("APIone");
    const text = "not json";
    const authorization = await sign(pair, { sha256: createHash("sha256").update(text).digest("base64") });
    expect(verifyLivekitWebhook([pair], { authorization, body: text }, { now })).toEqual({
      kind: "refused",
      reason: "malformed",
    });
  });

  test("can't be judged without a pair", () => {
    const pairs = [{ key: "", secret: "" }];
    expect(() => verifyLivekitWebhook(pairs, { authorization: "", body })).toThrow(
      expect.objectContaining({ code: "key-missing" }),
    );
  });
});
