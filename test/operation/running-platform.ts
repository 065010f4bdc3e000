import { rm } from "node:fs/promises";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { addressOf } from "#delivery";
import { dialects } from "#dialect";
import { makeRecord, openProcessHost, stopProcesses } from "#host";
import { Sensitive } from "#kernel";
import { makeProject, openProject, type Files, type Project } from "./make-context.ts";

/** Values by service, as someone's files have them. */
export type Today = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Two services on one machine; `idle` has never been delivered. */
const bridge: Files = {
  "keyturn.yaml": `platform: bridge
services:
  api:
    contract: api/.env.example
    runtime: process
    command: [node, main.js]
    directory: api
    hosts: [here]
  fleet:
    contract: fleet/.env.example
    runtime: process
    command: [node, ../api/main.js]
    directory: fleet
    hosts: [here]
    instances: [a, b]
    values: { REGION: "eu" }
  idle:
    contract: fleet/.env.example
    runtime: process
    command: [node, ../api/main.js]
    directory: fleet
    hosts: [here]
environments:
  local:
    hosts: { here: local }
`,
  "api/main.js": "setInterval(() => {}, 1000);\n",
  "api/.env.example": `# @required @sensitive
SHARED_SECRET=change-me
# @optional @public @type=port
PORT=8080
# @optional @public
# @restart=none
LOG_LEVEL=info
# @optional @public
MOTTO=
`,
  "fleet/.env.example": `# @required @sensitive
SHARED_SECRET=change-me
# @optional @sensitive
# VENDOR_KEY=
# @optional @public
REGION=us
`,
};

/** A platform as it ran before Keyturn: files and processes, and nobody who owns them. */
export async function runningPlatform(today: Today, files: Files = bridge): Promise<Project> {
  const project = await makeProject(files);
  const folder = join(project.context.home, "run", "local");
  onTestFinished(() => stopProcesses(folder, { limit: 500 }).then(() => undefined));
  const host = openProcessHost({
    name: "here",
    folder,
    node: process.execPath,
    readFile: (bytes) => dialects.systemd.read(bytes).entries,
    environment: { PATH: process.env["PATH"] },
  });
  const { platform } = await project.context.loadPlatform();
  for (const service of platform.services) {
    const values = today[service.name];
    if (values === undefined) continue;
    const variables = Object.entries(values).map(([name, value]) => ({ name, value: Sensitive.of(value) }));
    const written = dialects.systemd.write(variables);
    if (written.kind === "refused") throw new Error("the fixture's values can't be written");
    const target = addressOf(service, "here");
    const record = makeRecord({ release: "r1", digest: "0".repeat(16), salt: "00", variables });
    const instances = target.runtime.kind === "process" ? target.runtime.instances : [];
    const controller = { owner: "someone/local/else", epoch: 1, lease: 1, auditHead: "" };
    const answers = await host.perform(controller, [
      { kind: "stage", target, file: written.bytes, record },
      { kind: "swap", target },
      ...instances.map(({ instance }) => ({ kind: "restart" as const, target, instance, action: "restart" as const })),
    ]);
    if (answers.some(({ kind }) => kind === "failed")) throw new Error("the fixture could not be started");
    for (const left of ["controller.json", "record.json"]) await rm(join(folder, service.name, left), { force: true });
  }
  return openProject(project.folder);
}
