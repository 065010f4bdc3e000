import { join } from "node:path";
import { writeSshConfig } from "../apply/hosts.ts";
import type { Bench } from "../benchmark.ts";
import { must } from "../process.ts";
import { copyVoxbridge, dialling, quiet, type Edit } from "./example.ts";
import type { Project } from "./measured.ts";

const edits: readonly Edit[] = [
  ...quiet,
  [
    `      fleet:\n        values: { BACKEND_URL: "http://app1:8080" }`,
    `      console: false\n      fleet:
        values: { BACKEND_URL: "http://app1:8080", VOXCORE_DRAIN_SECONDS: 2, VOXCORE_BACKEND_WAIT_MS: 60000 }`,
  ],
  [/\n( *)VOXCORE_WORKERS:/, `\n$1${dialling.replaceAll(/,\s*/g, "\n$1")}$&`],
];

/** The calling platform of the examples on six real hosts: two backends, three times three workers and a dialler. */
export async function deployVoxbridge({ folder, keyturn, tell }: Bench): Promise<Project> {
  const sshConfig = join(folder, "ssh_config");
  await writeSshConfig(sshConfig);
  const project = join(folder, "project");
  await copyVoxbridge(project, edits);
  const env = {
    KEYTURN_ENV: "production",
    KEYTURN_HOME: join(folder, "home"),
    KEYTURN_SSH_CONFIG: sshConfig,
  };
  const call = (...words: readonly string[]) => must([process.execPath, keyturn, ...words], { cwd: project, env });
  const identity = join(folder, "recovery.txt");
  await call("init", "--yes");
  await call("recovery", "init", "--out", identity);
  await call("recovery", "drill", identity);
  await call("generate", "--missing");
  await call("import", "values.sample.env", "--yes");
  await call("grant", "--missing", "--yes");
  await call("hosts", "prepare", "--via", "root-%h", "--yes");
  await call("apply", "--yes");
  tell("the platform runs on six hosts");
  return { cwd: project, env };
}
