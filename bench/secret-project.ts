import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Bench } from "./benchmark.ts";
import { must } from "./process.ts";

/** A project whose store holds random values of 32 characters. */
export interface SecretProject {
  readonly names: readonly string[];
  /** the published command, in the project's folder */
  readonly call: (words: readonly string[], input?: string) => Promise<string>;
  /** for a program that is started in another way */
  readonly env: Readonly<Record<string, string>>;
}

/** One service, on this machine. */
export const manifest = `platform: bench
environments:
  local:
    hosts: { here: local }
services:
  bench:
    contract: .env.example
    runtime: process
    command: ["true"]
    directory: .
    hosts: [here]
`;

export async function secretProject({ folder, keyturn }: Bench, count: number): Promise<SecretProject> {
  const names = Array.from({ length: count }, (_, at) => `SECRET_${at}`);
  const env = { KEYTURN_HOME: join(folder, "home") };
  const call = (words: readonly string[], input = "") =>
    must([process.execPath, keyturn, ...words], { cwd: folder, env, input });
  await writeFile(join(folder, "keyturn.yaml"), manifest);
  await writeFile(join(folder, ".env.example"), names.map((name) => `# @sensitive\n${name}=\n`).join(""));
  await call(["init", "--yes"]);
  await call(["import", "-", "--yes"], names.map((name) => `${name}=${valueOf(name)}\n`).join(""));
  return { names, call, env };
}

export function valueOf(name: string): string {
  return createHash("sha256").update(name).digest("base64url").slice(0, 32);
}
