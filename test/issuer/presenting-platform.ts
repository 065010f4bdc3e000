import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, vi } from "vitest";
import { stopProcesses } from "#host";
import { Sensitive } from "#kernel";
import { giveGrants, setValue, type Context } from "#operation";
import { applied, freePort, runFolder } from "../operation/live-platform.ts";
import { makeProject, openProject } from "../operation/make-context.ts";

export interface Presenting {
  readonly context: Context;
  readonly folder: string;
  readonly port: number;
  /** as another call of the command */
  readonly again: () => Context;
  /** what the service could not do, from the first start on */
  readonly failures: () => readonly string[];
}

export interface Presented {
  /** of the secret, and its value */
  readonly name: string;
  readonly value: string;
  /** as the manifest has it; absent where it says nothing of the secret */
  readonly issuer?: string;
  /** values of the store beside it */
  readonly others: Readonly<Record<string, string>>;
  /** CommonJS; it is healthy when it works with the secret, and writes what it can't do into failed.log */
  readonly program: string;
  /** of the contract */
  readonly type?: string;
  /** the other name of a pair, and its value */
  readonly companion?: { readonly name: string; readonly value: string };
}

/** One service that presents a secret all the time to a real system which is no service, applied. */
export async function presentingPlatform(presented: Presented): Promise<Presenting> {
  const { name, value, issuer, others, program, type = "", companion } = presented;
  const also = companion === undefined ? "" : `with: ${companion.name}, `;
  const names = [name, ...(companion === undefined ? [] : [companion.name])];
  const port = await freePort();
  const { context, folder } = await makeProject({
    "keyturn.yaml": `platform: shop
services:
  worker:
    contract: worker/.env.example
    runtime: process
    command: [node, main.cjs]
    directory: worker
    hosts: [here]
    values: { PORT: "${port}" }
    health: [{ http: "http://127.0.0.1:${port}/", timeout: 300ms, deadline: 5s }]
${issuer === undefined ? "" : `secrets:\n  ${name}: { ${also}issuer: ${issuer} }\n`}environments:
  local:
    hosts: { here: local }
`,
    "worker/main.cjs": program,
    "worker/.env.example": `${names.map((one) => `# @required @sensitive ${type}\n${one}=change-me\n`).join("")}# @optional @public @type=port
PORT=1
`,
  });
  onTestFinished(async () => void (await stopProcesses(runFolder(context), { limit: 500 })));
  await giveGrants(
    context,
    names.map((one) => ({ service: "worker", name: one, kind: "hold" as const })),
  );
  if (companion !== undefined) await give(context, companion.name, companion.value);
  await give(context, name, value);
  for (const [other, text] of Object.entries(others)) await give(context, other, text);
  await applied(context);
  const failures = (): readonly string[] => {
    try {
      return readFileSync(join(folder, "worker/failed.log"), "utf8").trim().split("\n");
    } catch {
      return [];
    }
  };
  return { context, folder, port, failures, again: () => openProject(folder).context };
}

export async function give(context: Context, name: string, value: string): Promise<void> {
  const read = async () => ({ value: Sensitive.of(value), origin: "test" });
  await setValue(context, { name, scope: {}, undeclared: false, read });
}

/** It runs, and what it presents is taken. */
export async function expectHealthy({ port }: Presenting): Promise<void> {
  await vi.waitFor(async () => expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200), 5000);
}
