import { createHash, randomBytes } from "node:crypto";
import type { Entry } from "#dialect";
import type { ReleaseRecord } from "#host";

export interface RecordInput {
  /** the target's release label, `r7` */
  readonly release: string;
  /** keyed digest of the target's content */
  readonly digest: string;
  /** what a running process must carry; variables that a restart does not bring in are left out by the caller */
  readonly entries: readonly Entry[];
}

/** What the machine keeps, so that it can compare a process with the release without being sent a value again. */
export function releaseRecord(input: RecordInput, salt: string = randomBytes(16).toString("hex")): ReleaseRecord {
  const lines = input.entries.map(({ name, value }) => ({ name, line: environmentLine(name, value.reveal()) }));
  const sorted = lines.map(({ line }) => line).toSorted();
  return {
    release: input.release,
    digest: input.digest,
    salt,
    whole: sha256(`${salt}\n${sorted.map((line) => `${line}\n`).join("")}`),
    variables: lines.map(({ name, line }) => ({ name, digest: sha256(`${salt}\n${line}\n`) })),
  };
}

/** `NAME=value` as two-digit bytes, each after a space: what `od -An -v -tx1` prints of a process environment. */
function environmentLine(name: string, value: Buffer): string {
  const bytes = Buffer.concat([Buffer.from(`${name}=`, "utf8"), value]);
  return bytes.toString("hex").replaceAll(/../g, " $&");
}

function sha256(text: string): string {
  return createHash("sha256").update(text, "latin1").digest("hex");
}
