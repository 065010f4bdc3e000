import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Sensitive } from "#kernel";
import type { Context } from "#operation";
import { compose } from "../../src/compose/compose.ts";
import { createFakeHost } from "../../src/host/fake.ts";

export interface FleetSize {
  readonly hosts: number;
  readonly services: number;
  readonly variables: number;
}

export interface Fleet {
  readonly context: Context;
  close(): Promise<void>;
}

/** A platform with a real manifest, real contracts and a real store; only its hosts are fakes, in memory. */
export async function openFleet(folder: string, size: FleetSize): Promise<Fleet> {
  const services = numbered("service", size.services);
  const hosts = numbered("host", size.hosts);
  await writeFleet(folder, { services, hosts, variables: size.variables });
  const made = compose({ folder, environment: "fleet" }, {});
  const store = await made.context.makeStore();
  await store.transaction(async (tx) => {
    const { values, grants } = await tx.environment("fleet");
    const actor = { name: "bench" };
    for (const service of services) {
      for (const name of namesOf(service, size.variables)) {
        const value = Sensitive.of(`value of ${name}`);
        await values.put({ name, scope: {}, value, sensitive: true, origin: "bench", actor });
        await grants.give({ service, name, kind: "hold", actor: actor.name });
      }
    }
  });
  const fakes = new Map(hosts.map((name) => [name, createFakeHost({ name })]));
  const connect: Context["connect"] = (entry) => fakes.get(entry.name) ?? made.context.connect(entry);
  return { context: { ...made.context, environment: "fleet", connect }, close: () => made.close() };
}

interface FleetNames {
  readonly services: readonly string[];
  readonly hosts: readonly string[];
  readonly variables: number;
}

async function writeFleet(folder: string, { services, hosts, variables }: FleetNames): Promise<void> {
  for (const service of services) {
    await mkdir(join(folder, service), { recursive: true });
    const lines = namesOf(service, variables).map((name) => `# @required @sensitive\n${name}=\n`);
    await writeFile(join(folder, service, ".env.example"), lines.join(""));
  }
  await writeFile(join(folder, "keyturn.yaml"), manifest(services, hosts));
}

function manifest(services: readonly string[], hosts: readonly string[]): string {
  const entries = services.map(
    (name, index) => `  ${name}:
    contract: ${name}/.env.example
    runtime: systemd
    file: /opt/${name}/.env
    owner: ${name}
    unit: ${name}.service
    hosts: ${index === 0 ? `&all [${hosts.join(", ")}]` : "*all"}
`,
  );
  return `platform: fleet
environments:
  fleet:
    hosts:
${hosts.map((name) => `      ${name}: {}\n`).join("")}services:
${entries.join("")}`;
}

function namesOf(service: string, count: number): readonly string[] {
  return numbered(`${service.toUpperCase()}_VARIABLE_`, count);
}

function numbered(word: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${word}${index + 1}`);
}
