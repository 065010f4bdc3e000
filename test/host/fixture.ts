import { randomBytes } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Sensitive } from "#kernel";
import { makeRecord, type Controller, type ReleaseRecord } from "#host";

export type Variables = Readonly<Record<string, string>>;

export const controller: Controller = {
  owner: "voxbridge/lab/store1",
  epoch: 1,
  lease: 1,
  auditHead: `3:${"a".repeat(64)}`,
};

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), "keyturn-host-"));
}

/** `NAME=value` lines: enough for these tests, whose values need no quoting. */
export function fileOf(variables: Variables): Sensitive {
  return Sensitive.of(
    Object.entries(variables)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(""),
  );
}

export function readFileOf(bytes: Uint8Array): { name: string; value: Sensitive }[] {
  const lines = Buffer.from(bytes).toString("utf8").split("\n").filter(Boolean);
  return lines.map((line) => ({
    name: line.slice(0, line.indexOf("=")),
    value: Sensitive.of(line.slice(line.indexOf("=") + 1)),
  }));
}

export function recordOf(release: string, variables: Variables): ReleaseRecord {
  return makeRecord({
    release,
    digest: randomBytes(8).toString("hex"),
    salt: randomBytes(16).toString("hex"),
    variables: Object.entries(variables).map(([name, value]) => ({ name, value: Sensitive.of(value) })),
  });
}
