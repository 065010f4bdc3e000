import { join } from "node:path";
import { mkdir, writeFile } from "node:fs/promises";
import { Sensitive } from "#kernel";
import { createToken } from "#operation";
import type { Store } from "#store";
import { compose } from "../../src/compose/compose.ts";

export interface ApiProject {
  /** of a service token that may read it */
  readonly token: string;
}

const [services, variables, rollouts] = [5, 10, 20];

/** A platform with a store: 50 secrets with their grants, and 20 rollouts. */
export async function makeApiProject(folder: string): Promise<ApiProject> {
  const names = Array.from({ length: services }, (_, index) => `service${index + 1}`);
  for (const name of names) {
    await mkdir(join(folder, name), { recursive: true });
    await writeFile(join(folder, name, ".env.example"), contractOf(name));
  }
  await writeFile(join(folder, "keyturn.yaml"), manifestOf(names));
  const made = compose({ folder, environment: "bench" }, {});
  const { context } = made;
  const store = await context.makeStore();
  await fillValues(store, names);
  for (let number = 1; number <= rollouts; number += 1) await addRollout(store, number);
  const { secret } = await createToken(context, { name: "bench", roles: ["bench:viewer"], days: 1 });
  await made.close();
  return { token: secret.reveal().toString("latin1") };
}

function contractOf(service: string): string {
  return namesOf(service)
    .map((name) => `# @required @sensitive\n${name}=\n`)
    .join("");
}

function manifestOf(names: readonly string[]): string {
  const entries = names.map(
    (name) => `  ${name}:
    contract: ${name}/.env.example
    runtime: systemd
    file: /opt/${name}/.env
    owner: ${name}
    unit: ${name}.service
    hosts: [one, two]
`,
  );
  return `platform: bench
environments:
  bench:
    hosts:
      one: {}
      two: {}
services:
${entries.join("")}`;
}

function fillValues(store: Store, names: readonly string[]): Promise<void> {
  return store.transaction(async (tx) => {
    const { values, grants } = await tx.environment("bench");
    const actor = { name: "bench" };
    for (const service of names) {
      for (const name of namesOf(service)) {
        const value = Sensitive.of(`value of ${name}`);
        await values.put({ name, scope: {}, value, sensitive: true, origin: "bench", actor });
        await grants.give({ service, name, kind: "hold", actor: actor.name });
      }
    }
  });
}

function addRollout(store: Store, number: number): Promise<void> {
  return store.transaction(async (tx) => {
    const { rollouts } = await tx.environment("bench");
    const id = `ro_${number}`;
    await rollouts.begin({ id, kind: "apply", release: number, plan: { changes: [] }, actor: { name: "bench" } });
    await rollouts.finish(id, "done");
  });
}

function namesOf(service: string): readonly string[] {
  return Array.from({ length: variables }, (_, index) => `${service.toUpperCase()}_VARIABLE_${index + 1}`);
}
