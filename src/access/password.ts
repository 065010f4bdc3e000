import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import type { Sensitive } from "#kernel";

/** Memory in KiB. OWASP's second choice, m=19 MiB, t=2, p=1: https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html */
const current = { memory: 19_456, passes: 2, parallelism: 1 };
const [saltLength, tagLength] = [16, 32];

export interface PasswordVerdict {
  readonly matches: boolean;
  /** made with other parameters than today's: hash it again while the password is at hand */
  readonly stale: boolean;
}

/** PHC string form: `$argon2id$v=19$m=…,t=…,p=…$SALT$TAG`. */
export async function hashPassword(password: Sensitive): Promise<string> {
  const salt = randomBytes(saltLength);
  return formatted(current, salt, await derive(password, salt, current));
}

/**
 * Without a hash (nobody has this name, or no password yet) the same work is done against one that nothing matches, so that
 * the time does not tell which it was.
 */
export async function verifyPassword(password: Sensitive, hash: string | undefined): Promise<PasswordVerdict> {
  const known = hash === undefined ? undefined : parsed(hash);
  const { parameters, salt, tag } = known ?? nobody;
  const matches = timingSafeEqual(await derive(password, salt, parameters), tag) && known !== undefined;
  return { matches, stale: known !== undefined && !sameParameters(parameters) };
}

interface PasswordHash {
  readonly parameters: typeof current;
  readonly salt: Buffer;
  readonly tag: Buffer;
}

const nobody: PasswordHash = { parameters: current, salt: Buffer.alloc(saltLength), tag: Buffer.alloc(tagLength) };

const deriveKey = promisify(argon2);

/** NFKC, as NIST SP 800-63B asks: one password, whatever keyboard composed its letters. */
function derive(password: Sensitive, nonce: Buffer, parameters: typeof current): Promise<Buffer> {
  const message = password.reveal().toString("utf8").normalize("NFKC");
  return deriveKey("argon2id", { message, nonce, tagLength, ...parameters });
}

function formatted({ memory, passes, parallelism }: typeof current, salt: Buffer, tag: Buffer): string {
  const plain = (bytes: Buffer) => bytes.toString("base64").replace(/=+$/, "");
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${plain(salt)}$${plain(tag)}`;
}

/** Bounded: a row changed by hand must not make the server work for ever. */
function parsed(hash: string): PasswordHash | undefined {
  const form = /^\$argon2id\$v=19\$m=(\d{1,6}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/;
  const [, memory, passes, parallelism, salt = "", tag = ""] = form.exec(hash) ?? [];
  if (memory === undefined) return undefined;
  return {
    parameters: { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) },
    salt: Buffer.from(salt, "base64"),
    tag: Buffer.from(tag, "base64"),
  };
}

function sameParameters(parameters: typeof current): boolean {
  const { memory, passes, parallelism } = parameters;
  return memory === current.memory && passes === current.passes && parallelism === current.parallelism;
}
