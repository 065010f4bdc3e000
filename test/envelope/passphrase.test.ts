import { generateIdentity, identityToRecipient } from "age-encryption";
import { expect, test } from "vitest";
import {
  decryptWith,
  encryptTo,
  kekFromPassphrase,
  newKdf,
  newKey,
  openRecovery,
  parseKdf,
  wrapForRecovery,
} from "#envelope";
import { Sensitive } from "#kernel";

const passphrase = Sensitive.of("correct horse battery staple");

test("the same passphrase and parameters give the same key, another salt or passphrase another", async () => {
  const kdf = newKdf(2 ** 10);
  const { id } = await kekFromPassphrase(passphrase, kdf);
  expect((await kekFromPassphrase(passphrase, kdf)).id).toBe(id);
  expect((await kekFromPassphrase(passphrase, newKdf(2 ** 10))).id).not.toBe(id);
  expect((await kekFromPassphrase(Sensitive.of("other"), kdf)).id).not.toBe(id);
});

test("the parameters of a new passphrase are scrypt with N 2^17, r 8, p 1, and read back from text", () => {
  const kdf = newKdf();
  expect(kdf).toMatchObject({ name: "scrypt", n: 131_072, r: 8, p: 1 });
  expect(parseKdf(JSON.stringify(kdf))).toEqual(kdf);
  for (const text of ["", "null", "{}", '{"name":"md5"}']) expect(parseKdf(text)).toBeUndefined();
});

test("parameters that would eat the machine's memory are refused before any work", async () => {
  for (const change of [{ n: 2 ** 30 }, { n: 3 }, { r: 9999 }, { p: 9999 }, { salt: "" }]) {
    const kdf = { ...newKdf(2 ** 10), ...change };
    await expect(kekFromPassphrase(passphrase, kdf)).rejects.toMatchObject({ code: "STORE_BROKEN" });
  }
});

test("a recovery wrap opens with the identity, for its own store and environment only", async () => {
  const identity = await generateIdentity();
  const key = newKey();
  const wrapped = await wrapForRecovery(await identityToRecipient(identity), "store_1", "production", key);
  const file = Sensitive.of(`# created: today\n${identity}\n`);
  expect((await openRecovery(file, "store_1", "production", wrapped)).id).toBe(key.id);
  await expect(openRecovery(file, "store_2", "production", wrapped)).rejects.toMatchObject({ code: "SEAL_BROKEN" });
  await expect(openRecovery(file, "store_1", "staging", wrapped)).rejects.toMatchObject({ code: "SEAL_BROKEN" });
  const other = Sensitive.of(await generateIdentity());
  await expect(openRecovery(other, "store_1", "production", wrapped)).rejects.toMatchObject({ code: "SEAL_BROKEN" });
});

test("what is no recipient or identity is refused, and an identity is never quoted", async () => {
  await expect(encryptTo("age1nonsense", Buffer.of(1))).rejects.toMatchObject({ code: "USAGE" });
  const error: unknown = await decryptWith(Sensitive.of("AGE-SECRET-KEY-NONSENSE"), Buffer.of(1)).catch(
    (e: unknown) => e,
  );
  expect(error).toMatchObject({ code: "KEY_MISSING" });
  expect(String((error as Error).stack)).not.toContain("NONSENSE");
});
