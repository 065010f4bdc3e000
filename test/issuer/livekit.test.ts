import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { makeLiveKitPair } from "#issuer";

test("a pair has LiveKit's own form, is another each time, and no sign of it is likelier than another", () => {
  const counts = new Map<string, number>();
  const made = new Set<string>();
  for (let left = 400; left > 0; left -= 1) {
    const { key, secret } = makeLiveKitPair(randomBytes);
    const [one, other] = [key, secret].map((value) => value.reveal().toString());
    expect(one).toMatch(/^API[A-Za-z0-9]{12}$/);
    expect(other).toMatch(/^[A-Za-z0-9]{43}$/);
    made.add(`${one} ${other}`);
    for (const sign of other ?? "") counts.set(sign, (counts.get(sign) ?? 0) + 1);
  }
  expect(made.size).toBe(400);
  expect(counts.size).toBe(62);
});

test("bytes beyond the signs are thrown again", () => {
  const thrown = [Buffer.alloc(43, 255), Buffer.alloc(43, 0)];
  const { key } = makeLiveKitPair(() => thrown.shift() ?? Buffer.alloc(43, 1));
  expect(key.reveal().toString()).toBe("API000000000000");
});
