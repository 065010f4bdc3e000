import { Buffer } from "node:buffer";
import { dialects, type DialectName, type Entry } from "#dialect";
import { Sensitive } from "#kernel";

export interface Case {
  readonly title: string;
  readonly value: Uint8Array;
  /** the file `BEFORE=b`, `K=…`, `AFTER=z` as the dialect writes it */
  readonly file: Buffer;
}

/** One file per value that the dialect accepts, with neighbours on both sides. */
export function carriedCases(name: DialectName, values: Readonly<Record<string, Uint8Array>>): readonly Case[] {
  return Object.entries(values).flatMap(([title, value]) => {
    const written = dialects[name].write(around(value));
    return written.kind === "written" ? [{ title, value, file: written.bytes.reveal() }] : [];
  });
}

export function around(value: Uint8Array): readonly Entry[] {
  return [entry("BEFORE", "b"), entry("K", value), entry("AFTER", "z")];
}

export function entry(name: string, value: Uint8Array | string): Entry {
  return { name, value: Sensitive.of(value) };
}

export function plain(entries: readonly Entry[]): Readonly<Record<string, string>> {
  return Object.fromEntries(entries.map(({ name, value }) => [name, hex(value.reveal())]));
}

/** Hex, so that a failing test shows bytes. */
export function hex(value: Uint8Array | string): string {
  return Buffer.from(value).toString("hex");
}

/** What every consumer must answer for a case. */
export function expectedOf({ value }: Case): Readonly<Record<string, string>> {
  return { BEFORE: hex("b"), K: hex(value), AFTER: hex("z") };
}

/** What a reader makes of a file, and where it had something to say. */
export function readPlain(name: DialectName, file: string) {
  const { entries, findings } = dialects[name].read(Buffer.from(file));
  return {
    values: Object.fromEntries(entries.map((each) => [each.name, each.value.reveal().toString()])),
    codes: findings.map(({ code }) => code),
    places: findings.map(({ code, position }) => `${code} ${position?.line}`),
  };
}
