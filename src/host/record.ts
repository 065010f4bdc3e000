import { createHash } from "node:crypto";
import type { Sensitive } from "#kernel";
import type { Carried } from "./observation.ts";
import type { ReleaseRecord } from "./request.ts";

export interface RecordInput {
  readonly release: string;
  readonly digest: string;
  /** hex; new for each record */
  readonly salt: string;
  /** what the file gives the process; names are unique */
  readonly variables: readonly { readonly name: string; readonly value: Sensitive }[];
}

/** What a machine may keep of a file: salted digests from which no value can be read, only compared. */
export function makeRecord(input: RecordInput): ReleaseRecord {
  const lines = input.variables.map(({ name, value }) => ({
    name,
    line: hexLine(Buffer.concat([Buffer.from(`${name}=`), value.reveal()])),
  }));
  return {
    release: input.release,
    digest: input.digest,
    salt: input.salt,
    whole: wholeDigest(
      input.salt,
      lines.map(({ line }) => line),
    ),
    variables: lines.map(({ name, line }) => ({ name, digest: lineDigest(input.salt, line) })),
  };
}

/** The process environment as the kernel shows it: `NAME=value` entries, each ended by NUL. */
export function compareEnvironment(environment: Buffer, record: ReleaseRecord): readonly string[] {
  const expected = new Map(record.variables.map(({ name, digest }) => [name, digest]));
  const lines = entries(environment).filter(({ name }) => expected.has(name));
  if (
    wholeDigest(
      record.salt,
      lines.map(({ line }) => line),
    ) === record.whole
  )
    return [];
  for (const { name, line } of lines) if (expected.get(name) === lineDigest(record.salt, line)) expected.delete(name);
  return [...expected.keys()].toSorted();
}

/** Which of the two records a process carries; `different` names what differs from the present one. */
export function carriedBy(
  environment: Buffer | undefined,
  record: ReleaseRecord | undefined,
  previous: ReleaseRecord | undefined,
): Carried {
  if (environment === undefined || environment.byteLength === 0) return { kind: "unknown" };
  const names = record === undefined ? undefined : compareEnvironment(environment, record);
  if (names?.length === 0) return { kind: "recorded" };
  if (previous !== undefined && compareEnvironment(environment, previous).length === 0) return { kind: "previous" };
  return names === undefined ? { kind: "unknown" } : { kind: "different", names };
}

/** Whether the record is of a file in which the name has this value. */
export function isInRecord({ salt, variables }: ReleaseRecord, name: string, value: Sensitive): boolean {
  const digest = lineDigest(salt, hexLine(Buffer.concat([Buffer.from(`${name}=`), value.reveal()])));
  return variables.some((variable) => variable.name === name && variable.digest === digest);
}

function entries(environment: Buffer): { readonly name: string; readonly line: string }[] {
  const found: { name: string; line: string }[] = [];
  for (let start = 0; start < environment.byteLength;) {
    const nul = environment.indexOf(0, start);
    const end = nul === -1 ? environment.byteLength : nul;
    const entry = environment.subarray(start, end);
    const equals = entry.indexOf(0x3d);
    if (equals > 0) found.push({ name: entry.subarray(0, equals).toString("latin1"), line: hexLine(entry) });
    start = end + 1;
  }
  return found;
}

/** ` 4b 3d 76`: the form that `od -An -v -tx1` prints, so that a shell can make the same. */
function hexLine(bytes: Buffer): string {
  return bytes.toString("hex").replace(/../g, " $&");
}

function lineDigest(salt: string, line: string): string {
  return createHash("sha256").update(`${salt}\n${line}\n`).digest("hex");
}

function wholeDigest(salt: string, lines: readonly string[]): string {
  const hash = createHash("sha256").update(`${salt}\n`);
  for (const line of lines.toSorted()) hash.update(`${line}\n`);
  return hash.digest("hex");
}
