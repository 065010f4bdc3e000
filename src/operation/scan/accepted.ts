import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { AppError, systemCode } from "#kernel";
import type { Context } from "../context.ts";
import type { CredentialPlace } from "./search-files.ts";

/** A finding that somebody looked at and lets stand, until a day. */
export interface Accepted {
  readonly format: string;
  /** from the folder of the list */
  readonly path: string;
  /** of what is too random to be guessed: only this one is accepted, wherever it stands in the file */
  readonly tag?: string;
  /** of what has no tag: so many of the format in the file, and not one more */
  readonly places?: number;
  readonly reason: string;
  /** the last day, `2027-01-31` */
  readonly until: string;
}

export const acceptedName = "keyturn.accepted.yaml";

/** The list is committed: beside keyturn.yaml. */
export function acceptedFile({ manifest }: Pick<Context, "manifest">): string {
  return join(dirname(manifest), acceptedName);
}

/** Empty where there is no list. FILE_UNREADABLE where it can't be used: nothing is accepted by a list that was half understood. */
export async function readAccepted(file: string): Promise<readonly Accepted[]> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    if (systemCode(cause) === "ENOENT") return "";
    throw new AppError("FILE_UNREADABLE", `${file} can't be read`, { cause });
  });
  if (text.trim() === "") return [];
  const { parse } = await import("yaml");
  let found: unknown;
  try {
    found = parse(text);
  } catch (cause) {
    throw new AppError("FILE_UNREADABLE", `${file} is no YAML`, { cause, hint: "mend it: nothing was accepted by it" });
  }
  if (found === null) return [];
  if (!Array.isArray(found)) throw unusable(file, "it is no list");
  return found.map((entry: unknown, at) => entryOf(entry, (why) => unusable(file, `entry ${at + 1} ${why}`)));
}

const head = `# Findings of \`keyturn scan\` that somebody looked at and lets stand, each with its reason and its last day.
# Written by \`keyturn scan --accept\`; nothing of a value is in here. docs/leaks.md
`;

export async function writeAccepted(file: string, entries: readonly Accepted[]): Promise<void> {
  const { stringify } = await import("yaml");
  const sorted = entries.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  await writeFile(file, head + stringify(sorted)).catch((cause: unknown) => {
    throw new AppError("FILE_UNREADABLE", `${file} can't be written`, { cause });
  });
}

/** What one entry stands for. */
export function keyOf({ format, path, tag = "" }: Pick<CredentialPlace, "format" | "path" | "tag">): string {
  return JSON.stringify([path, format, tag]);
}

/** Of a day; it counts to its end, UTC. */
export function isOver({ until }: Pick<Accepted, "until">, now: number): boolean {
  return Date.parse(`${until}T23:59:59.999Z`) < now;
}

const longest = 366 * 24 * 3600_000;

/** Why a day can't be the last one; undefined when it can. */
export function dayFault(until: string, now: number): string | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(until) || Number.isNaN(Date.parse(`${until}T00:00:00Z`)))
    return "is no day, as 2027-01-31";
  if (isOver({ until }, now)) return "is over";
  return Date.parse(`${until}T00:00:00Z`) - now > longest ? "is more than a year away" : undefined;
}

function entryOf(entry: unknown, fault: (why: string) => AppError): Accepted {
  if (typeof entry !== "object" || entry === null) throw fault("is no entry");
  const { format, path, tag, places, reason, until } = entry as Readonly<Record<string, unknown>>;
  if (typeof format !== "string" || typeof path !== "string") throw fault("names no format and path");
  if (typeof reason !== "string" || reason.trim() === "") throw fault("has no reason");
  if (typeof until !== "string" || Number.isNaN(Date.parse(`${until}T00:00:00Z`)))
    throw fault("has no last day, as until: 2027-01-31");
  if (typeof tag === "string") return { format, path, tag, reason, until };
  if (typeof places !== "number") throw fault("has neither tag nor places");
  return { format, path, places, reason, until };
}

function unusable(file: string, why: string): AppError {
  return new AppError("FILE_UNREADABLE", `${file} can't be used: ${why}`, {
    hint: "mend it, or take the entry out; `keyturn scan --accept` writes new ones",
  });
}
