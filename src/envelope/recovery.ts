import { AppError, Sensitive } from "#kernel";
import { keyLength, keyOf, type Key } from "./key.ts";
import { tuple, untuple } from "./place.ts";

/** An age recipient (`age1…`) whose identity is kept offline. */
export type Recipient = string;

/** A new age identity, as the text of a file that the `age` command reads, and its recipient. */
export async function newIdentity(): Promise<{ readonly identity: Sensitive; readonly recipient: Recipient }> {
  const { generateX25519Identity, identityToRecipient } = await age();
  const secret = await generateX25519Identity();
  const recipient = await identityToRecipient(secret);
  return { identity: Sensitive.of(`# public key: ${recipient}\n${secret}\n`), recipient };
}

/** A second wrap of an environment's root key, for the day when the KEK is lost. */
export async function wrapForRecovery(recipient: Recipient, store: string, environment: string, key: Key) {
  return encryptTo(recipient, tuple([store, environment, key.secret.export()]));
}

/** Throws SEAL_BROKEN when the identity doesn't open it, or when it was made for another store or environment. */
export async function openRecovery(identity: Sensitive, store: string, environment: string, wrapped: Uint8Array) {
  const parts = untuple(await decryptWith(identity, wrapped)) ?? [];
  const [forStore, forEnvironment, bytes] = parts;
  const fits = forStore?.toString() === store && forEnvironment?.toString() === environment;
  if (!fits || bytes?.byteLength !== keyLength) {
    throw new AppError("SEAL_BROKEN", `the recovery wrap of ${environment} belongs to something else`);
  }
  return keyOf(bytes);
}

export async function encryptTo(recipient: Recipient, content: Uint8Array): Promise<Buffer> {
  const { Encrypter } = await age();
  const encrypter = new Encrypter();
  try {
    encrypter.addRecipient(recipient);
  } catch (cause) {
    throw new AppError("USAGE", "that is no age recipient", { cause, hint: "recipients begin with age1" });
  }
  return Buffer.from(await encrypter.encrypt(content));
}

/** `identity` is the text of an age identity, or of an identity file with comments. */
export async function decryptWith(identity: Sensitive, content: Uint8Array): Promise<Buffer> {
  const { Decrypter } = await age();
  const decrypter = new Decrypter();
  for (const line of identityLines(identity)) {
    try {
      decrypter.addIdentity(line);
    } catch {
      // the library's message may quote the identity
      throw new AppError("KEY_MISSING", "that is no age identity", { hint: "identities begin with AGE-SECRET-KEY-" });
    }
  }
  try {
    return Buffer.from(await decrypter.decrypt(Uint8Array.from(content), "uint8array"));
  } catch (cause) {
    throw new AppError("SEAL_BROKEN", "the recovery identity doesn't open this", { cause });
  }
}

/** The library is as large as all of Keyturn, and most commands never need it: a tenth of their start. */
function age() {
  return import("age-encryption");
}

function identityLines(identity: Sensitive): readonly string[] {
  const lines = identity.reveal().toString("utf8").split(/\r?\n/);
  const keys = lines.map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#"));
  if (keys.length === 0) throw new AppError("KEY_MISSING", "the age identity is empty");
  return keys;
}
