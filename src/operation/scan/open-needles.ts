import { buildNeedles, unsearchableNames, type CredentialFormat, type Needles, type Secret } from "#leak";
import type { EnvironmentStore } from "#store";
import { demand } from "../authority.ts";
import type { Context } from "../context.ts";
import { chosenEnvironments, openSensitive, secretOf } from "./open-sensitive.ts";

export interface NeedlesRequest {
  /** of this one only; of every environment of the store otherwise */
  readonly environment?: string;
  /** `value.scan`, `value.mask` */
  readonly action: string;
  readonly detail: Readonly<Record<string, string | readonly string[]>>;
  /** looked for in the same pass */
  readonly formats?: readonly CredentialFormat[];
}

/** What is looked for. */
export interface OpenNeedles {
  readonly needles: Needles;
  readonly environments: readonly string[];
  /** how many versions are looked for */
  readonly values: number;
  /** `NAME v3` of values shorter than eight bytes: not looked for */
  readonly unsearchable: readonly string[];
  /** `NAME v3` of rows that could not be opened: not looked for */
  readonly unopened: readonly string[];
}

/**
 * Every sensitive version, live, retired and compromised: an old value in a file tells where a new one will be. The audit
 * entries are on disk before this returns.
 */
export async function openNeedles(context: Context, request: NeedlesRequest): Promise<OpenNeedles> {
  const store = await context.openStore();
  const opened = await store.transaction(async (tx) => {
    const all: OpenedEnvironment[] = [];
    for (const name of await chosenEnvironments(tx, request.environment)) {
      demand(context, "admin", name);
      const one = await openEnvironment(await tx.environment(name));
      const detail = { ...request.detail, versions: one.secrets.length };
      await tx.audit.append({ actor: context.actor, environment: name, action: request.action, subject: name, detail });
      all.push(one);
    }
    return all;
  });
  const secrets = opened.flatMap((one) => one.secrets);
  const short = secrets.filter((secret) => unsearchableNames([secret]).length > 0);
  return {
    needles: buildNeedles(secrets, request.formats),
    environments: opened.map(({ name }) => name),
    values: secrets.length - short.length,
    unsearchable: short.map(({ name, version }) => `${name} v${version ?? "?"}`),
    unopened: opened.flatMap(({ unopened }) => unopened),
  };
}

interface OpenedEnvironment {
  readonly name: string;
  readonly secrets: readonly Secret[];
  readonly unopened: readonly string[];
}

async function openEnvironment({ row, values }: EnvironmentStore): Promise<OpenedEnvironment> {
  const { opened, unopened } = await openSensitive(values);
  const secrets = opened.map((one) => secretOf(one, row.name));
  return { name: row.name, secrets, unopened };
}
