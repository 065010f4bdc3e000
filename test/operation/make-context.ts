import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { Sensitive } from "#kernel";
import { setValue, type Context } from "#operation";
import { compose } from "../../src/compose/compose.ts";

export type Files = Readonly<Record<string, string>>;

/** Two services on one machine that share a secret. */
export const shop: Files = {
  "keyturn.yaml": `platform: shop
services:
  api:
    contract: api/.env.example
    runtime: process
    command: [node, main.js]
    directory: api
    hosts: [here, there]
  web:
    contract: web/.env.example
    runtime: process
    command: [node, main.js]
    directory: web
    hosts: [here]
    values: { GREETING: "hello \${SITE}" }
environments:
  local:
    hosts: { here: local, there: local }
`,
  "api/.env.example": `# @required @sensitive @type=string(minLength=12) @generate=random(32)
SHARED_SECRET=change-me
# @required @sensitive @type=url(schemes=mongodb)
# @where="the database's own page"
MONGO_URI=change-me
# @optional @public @type=port
PORT=8080
`,
  "web/.env.example": `# @required @sensitive @generate=random(32)
SHARED_SECRET=change-me
# @optional @public
SITE=world
# @optional @public
GREETING=
`,
};

export interface Project {
  readonly folder: string;
  readonly context: Context;
}

/** A project folder with a real store in it. */
export async function makeProject(
  files: Files = shop,
  variables: Readonly<Record<string, string>> = {},
): Promise<Project> {
  const folder = await writeProject(files);
  const project = openProject(folder, variables);
  await project.context.makeStore();
  return project;
}

/** As the next call of the command finds it. */
export function openProject(folder: string, variables: Readonly<Record<string, string>> = {}): Project {
  const made = compose({ folder }, variables);
  onTestFinished(() => made.close());
  return { folder, context: made.context };
}

export async function writeProject(files: Files): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "keyturn-project-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

export async function put(context: Context, name: string, value: string, scope = {}) {
  const read = async () => ({ value: Sensitive.of(value), origin: "test" });
  return setValue(context, { name, scope, undeclared: false, read });
}

/** Every audit entry's action and subject, oldest first. */
export async function auditTrail(context: Context): Promise<readonly string[]> {
  const store = await context.openStore();
  const entries = await store.transaction((tx) => tx.audit.list({ limit: 1000 }));
  return entries.toReversed().map(({ action, subject }) => `${action} ${subject}`);
}
