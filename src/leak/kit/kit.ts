import { createHmac, hkdfSync } from "node:crypto";
import type { Sensitive } from "#kernel";
import { tagBits, tagOfWindow, windowLength, windowTable } from "./window-hash.ts";

/**
 * With what values are recognised where they are not: a hash of 48 bits for each, under a key that is in the kit too. So much,
 * and no more, whoever has the kit can find out about a value.
 */
export interface Kit extends KitKey {
  /** milliseconds since 1970: what was set later it does not find */
  readonly madeAt: number;
  /** in order of size; some stand for no value, so that their number tells little */
  readonly tags: readonly number[];
  /** that values have, in bytes */
  readonly lengths: readonly number[];
  /** by tag, of a kit that was asked to have them */
  readonly names?: Readonly<Record<string, string>>;
}

export interface KitKey {
  readonly key: Uint8Array;
}

/** A value that a kit may have: `bits` is how many of it chance made, at least. */
export interface Searchable {
  readonly name: string;
  readonly value: Sensitive;
  readonly bits: number;
}

/** what is left of a value's chance to whoever has the kit */
const leftBits = 80;
const longestValue = 1024;

/** Whether the kit may have it: enough chance is left, and it is one line that its last sixteen bytes tell from others. */
export function fitsKit({ value, bits }: Searchable): boolean {
  const bytes = value.reveal();
  const { byteLength } = bytes;
  const isLine = bytes.every((byte) => byte > 32 && byte < 127);
  return isLine && byteLength >= windowLength && byteLength <= longestValue && bits - tagBits >= leftBits;
}

/**
 * The same values under the same secret give the same kit: two with different keys would tell 96 bits of a value, and more
 * with each one.
 */
export function makeKit(secret: Sensitive, values: readonly Searchable[], { madeAt, names }: KitOptions): Kit {
  const { key } = kitKey(secret);
  const table = windowTable(key);
  const fitting = values.filter(fitsKit);
  const tagged = fitting.map(({ name, value }) => [tagOfWindow(table, value.reveal()), name] as const);
  const own = new Set(tagged.map(([tag]) => tag));
  return {
    key,
    madeAt,
    tags: [...own, ...fillers(secret, own.size)].toSorted((a, b) => a - b),
    lengths: [...new Set(fitting.map(({ value }) => value.reveal().byteLength))].toSorted((a, b) => a - b),
    ...(names ? { names: Object.fromEntries(tagged.map(([tag, name]) => [tagText(tag), name])) } : {}),
  };
}

export interface KitOptions extends Pick<Kit, "madeAt"> {
  /** puts each value's name in */
  readonly names: boolean;
}

/** Of every kit that is made with this secret. */
export function kitKey(secret: Sensitive): KitKey {
  return { key: derived(secret, "key") };
}

/** As a kit and its findings name a value: twelve hex digits. */
export function tagText(tag: number): string {
  return tag.toString(16).padStart(tagBits / 4, "0");
}

/** What stands for a text where it is asked whether it is a value: HMAC-SHA256 under a key of the kit, in hex. */
export function spanDigest(kit: KitKey): (span: Uint8Array) => string {
  const key = spanKey(kit);
  return (span) => createHmac("sha256", key).update(span).digest("hex");
}

export function spanKey({ key }: KitKey): Buffer {
  return Buffer.from(hkdfSync("sha256", key, Buffer.alloc(0), "keyturn/1 scan kit span", 32));
}

/** Tells one store's kits from another's. */
export function kitMark({ key }: KitKey): string {
  return Buffer.from(hkdfSync("sha256", key, Buffer.alloc(0), "keyturn/1 scan kit mark", 8)).toString("hex");
}

/** Up to a power of two, and 64 at least. They stay the same from kit to kit, or they would be told from values by comparing. */
function fillers(secret: Sensitive, count: number): readonly number[] {
  const wanted = Math.max(64, 2 ** Math.ceil(Math.log2(Math.max(1, count)))) - count;
  const hmacKey = derived(secret, "filler");
  return Array.from({ length: wanted }, (_, index) =>
    createHmac("sha256", hmacKey).update(String(index)).digest().readUIntBE(0, 6),
  );
}

function derived(secret: Sensitive, purpose: "key" | "filler"): Buffer {
  return Buffer.from(hkdfSync("sha256", secret.reveal(), Buffer.alloc(0), `keyturn/1 scan kit ${purpose}`, 32));
}
