import { isoTime } from "#kernel";
import { tagText, type Kit } from "./kit.ts";
import { tagBits, windowLength } from "./window-hash.ts";

const format = "keyturn scan kit 1";

/** A kit as a file has it: JSON. */
export function kitText({ key, madeAt, tags, lengths, names }: Kit): string {
  const content = {
    format,
    made: isoTime(madeAt),
    key: Buffer.from(key).toString("base64url"),
    window: windowLength,
    bits: tagBits,
    lengths,
    ...(names === undefined ? {} : { names }),
    tags: tags.map(tagText),
  };
  return `${JSON.stringify(content, undefined, 1)}\n`;
}

/** Undefined where it is none. */
export function parseKit(text: string): Kit | undefined {
  const given = parsed(text);
  if (given?.["format"] !== format || given["window"] !== windowLength || given["bits"] !== tagBits) return undefined;
  const { key, made, tags, lengths, names } = given;
  const bytes = typeof key === "string" ? Buffer.from(key, "base64url") : Buffer.alloc(0);
  if (bytes.byteLength !== 32 || !isListOf(tags, isTag) || !isListOf(lengths, isLength)) return undefined;
  const madeAt = typeof made === "string" ? Date.parse(made) : Number.NaN;
  if (Number.isNaN(madeAt)) return undefined;
  const kit = { key: bytes, madeAt, tags: tags.map((tag) => Number.parseInt(tag, 16)), lengths };
  if (names === undefined) return kit;
  return isNames(names) ? { ...kit, names } : undefined;
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const given: unknown = JSON.parse(text);
    return typeof given === "object" && given !== null ? (given as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

function isListOf<T>(given: unknown, is: (item: unknown) => item is T): given is readonly T[] {
  return Array.isArray(given) && given.every(is);
}

function isTag(item: unknown): item is string {
  return typeof item === "string" && /^[0-9a-f]{12}$/.test(item);
}

function isLength(item: unknown): item is number {
  return typeof item === "number" && Number.isInteger(item) && item >= windowLength && item <= 1024;
}

function isNames(given: unknown): given is Readonly<Record<string, string>> {
  return typeof given === "object" && given !== null && Object.values(given).every((name) => typeof name === "string");
}
