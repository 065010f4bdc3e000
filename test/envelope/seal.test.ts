import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  checkKey,
  fingerprintKey,
  keyOf,
  newKey,
  openBytes,
  openValue,
  placeBytes,
  rewrap,
  sealBytes,
  sealedUnder,
  sealKeyCheck,
  sealValue,
  tuple,
  untuple,
  unwrapKey,
  wrapKey,
  type Place,
} from "#envelope";
import { AppError, Sensitive } from "#kernel";

const place = { store: "store_1", environment: "production", name: "TOKEN", service: "", host: "", number: 1 };

function failure(work: () => unknown): AppError {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

test("any bytes come back from their own place under their own key", () => {
  const root = newKey();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const value = Sensitive.of(bytes);
      expect(openValue(root, place, sealValue(root, place, value)).equals(value)).toBe(true);
    }),
  );
});

test("a value moved to another store, environment, name, scope or version doesn't open", () => {
  const root = newKey();
  const row = sealValue(root, place, Sensitive.of("hunter2-hunter2"));
  const others: readonly Partial<Omit<Place, "kind">>[] = [
    { store: "store_2" },
    { environment: "staging" },
    { name: "TOKE" },
    { service: "api" },
    { host: "app1" },
    { number: 2 },
    { target: "api@app1" },
  ];
  for (const other of others) {
    expect(failure(() => openValue(root, { ...place, ...other }, row)).code).toBe("SEAL_BROKEN");
  }
});

test("every single changed bit of a ciphertext or a wrapped key is noticed", () => {
  const root = newKey();
  const row = sealValue(root, place, Sensitive.of("v"));
  for (const part of ["wrapped", "sealed"] as const) {
    for (let bit = 0; bit < row[part].byteLength * 8; bit += 1) {
      const changed = Buffer.from(row[part]);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(failure(() => openValue(root, place, { ...row, [part]: changed })).code).toBe("SEAL_BROKEN");
    }
  }
});

test("a truncated ciphertext is broken at every length", () => {
  const key = newKey();
  const sealed = sealBytes(key, { ...place, kind: "value" }, Buffer.from("abc"));
  for (let length = 0; length < sealed.byteLength; length += 1) {
    const code = failure(() => openBytes(key, { ...place, kind: "value" }, sealed.subarray(0, length))).code;
    expect(code).toBe("SEAL_BROKEN");
  }
});

test("another key fails by its commitment, and the error names both ids and no bytes", () => {
  const [one, other] = [newKey(), newKey()];
  const error = failure(() => openValue(other, place, sealValue(one, place, Sensitive.of("hunter2-hunter2"))));
  expect(error.message).toBe(
    `data-key of production/TOKEN can't be opened: sealed under key ${one.id}, tried key ${other.id}`,
  );
  expect(error.data).toMatchObject({ expected: one.id, found: other.id });
});

test("a wrapped key can't be passed off as a value, nor a value as a key", () => {
  const key = newKey();
  const wrapped = wrapKey(key, { ...place, kind: "root-key" }, newKey());
  expect(failure(() => openBytes(key, { ...place, kind: "value" }, wrapped)).code).toBe("SEAL_BROKEN");
  const short = sealBytes(key, { ...place, kind: "root-key" }, Buffer.from("not 32 bytes"));
  expect(failure(() => unwrapKey(key, { ...place, kind: "root-key" }, short)).code).toBe("SEAL_BROKEN");
});

test("a rewrapped key opens under the new key only", () => {
  const [from, to, inner] = [newKey(), newKey(), newKey()];
  const at = { kind: "root-key", store: "store_1", environment: "production" } as const;
  const after = rewrap(from, to, at, wrapKey(from, at, inner));
  expect(sealedUnder(after)).toBe(to.id);
  expect(unwrapKey(to, at, after).id).toBe(inner.id);
  expect(failure(() => unwrapKey(from, at, after)).code).toBe("SEAL_BROKEN");
});

test("two places never share their authenticated bytes", () => {
  const part = fc.string({ maxLength: 4, unit: fc.constantFrom("a", ":", "\0", "1") });
  const places = fc.record({ environment: part, name: part, service: part, host: part });
  fc.assert(
    fc.property(places, places, (a, b) => {
      const bytes = (of: typeof a) => placeBytes({ kind: "value", store: "s", ...of }, "k");
      expect(bytes(a).equals(bytes(b))).toBe(JSON.stringify(a) === JSON.stringify(b));
    }),
  );
});

test("a tuple reads back, and bytes that are none give nothing", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 9 }), { maxLength: 5 }), (parts) => {
      const bytes = tuple(parts);
      expect(untuple(bytes)?.map((part) => part.toString("hex"))).toEqual(
        parts.map((part) => Buffer.from(part).toString("hex")),
      );
      expect(untuple(Buffer.concat([bytes, Buffer.of(0)]))).toBeUndefined();
      expect(untuple(bytes.subarray(0, -1))).toBeUndefined();
    }),
  );
});

test("the key check names the key expected and the key found, and tells a wrong key from a damaged check", () => {
  const [kek, other] = [newKey(), newKey()];
  const check = sealKeyCheck(kek, "store_1");
  expect(() => checkKey(kek, "store_1", check)).not.toThrow();
  const wrong = failure(() => checkKey(other, "store_1", check));
  expect(wrong.code).toBe("KEY_WRONG");
  expect(wrong.data).toEqual({ expected: kek.id, found: other.id });
  expect(failure(() => checkKey(kek, "store_2", check)).code).toBe("STORE_BROKEN");
  expect(failure(() => checkKey(kek, "store_1", check.subarray(0, 20))).code).toBe("STORE_BROKEN");
});

test("a key is 32 bytes, its id depends on nothing else, and it doesn't print", () => {
  const bytes = Buffer.alloc(32, 7);
  expect(keyOf(bytes).id).toBe(keyOf(bytes).id);
  expect(keyOf(bytes).id).toMatch(/^[0-9a-f]{16}$/);
  expect(() => keyOf(bytes.subarray(1))).toThrow(RangeError);
  expect(JSON.stringify(keyOf(bytes).secret)).not.toContain(bytes.toString("hex"));
});

test("the fingerprint key differs from environment to environment and from the root key", () => {
  const [a, b] = [newKey(), newKey()];
  expect(fingerprintKey(a).equals(fingerprintKey(a))).toBe(true);
  expect(fingerprintKey(a).equals(fingerprintKey(b))).toBe(false);
  expect(fingerprintKey(a).equals(a.secret.export())).toBe(false);
});
