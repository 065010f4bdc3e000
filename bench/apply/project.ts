import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { contract, environmentFile, fiftyNames, fiftyValues } from "../fifty.ts";
import { must } from "../process.ts";
import type { Contender } from "../race.ts";
import type { SshInput } from "./loop.ts";
import { unitFile, type BenchService } from "./service.ts";

/** A platform with one service on these hosts, prepared for Keyturn, with a store that has all its values. */
export interface Project {
  /** a changed value to every host, in waves of these sizes */
  change(name: string, waves: string): Contender;
  /** the same command where everything is as it should be */
  nothing(name: string): Contender;
}

export async function openProject(input: SshInput, service: BenchService, keyturn: string): Promise<Project> {
  const folder = join(input.folder, "project");
  await mkdir(folder);
  const useWaves = (waves: string) => writeFile(join(folder, "keyturn.yaml"), manifest(input.hosts, service, waves));
  await useWaves("all");
  await writeFile(join(folder, ".env.example"), contract());
  await writeFile(join(folder, service.unit), unitFile(service));
  const env = { KEYTURN_HOME: join(folder, "home"), KEYTURN_SSH_CONFIG: input.sshConfig };
  const call = (words: readonly string[], value = "") =>
    must([process.execPath, keyturn, ...words], { cwd: folder, env, input: value });
  await call(["init", "--yes"]);
  await call(["import", "-", "--yes"], environmentFile(fiftyValues()));
  await call(["grant", "--missing", "--yes"]);
  await call(["hosts", "prepare", "--via", "root-%h", "--yes"]);
  const apply = async () => void (await call(["apply", "--yes"]));
  await apply();
  return {
    change: (name, waves) => ({
      name,
      prepare: async () => {
        await useWaves(waves);
        await call(["set", fiftyNames[0] ?? ""], randomBytes(18).toString("base64url"));
      },
      run: apply,
    }),
    nothing: (name) => ({ name, run: apply }),
  };
}

function manifest(hosts: readonly string[], { name, file, unit, health }: BenchService, waves: string): string {
  return `platform: bench
environments:
  lab:
    hosts:
${hosts.map((host) => `      ${host}: {}\n`).join("")}    waves: ${waves}
services:
  ${name}:
    contract: .env.example
    runtime: systemd
    hosts: [${hosts.join(", ")}]
    file: ${file}
    owner: bench
    unit: ${unit}
    unit-file: ${unit}
    health: [${health}]
`;
}
