import { loaderReason } from "#access";
import type { Platform, Service, Variable } from "#contract";
import { AppError } from "#kernel";
import type { Grant, Version } from "#store";
import { demand } from "../authority.ts";
import { inPlatform, record } from "../change.ts";
import { inEnvironment, type Context } from "../context.ts";
import { isGranted } from "./declaration.ts";
import { checkName } from "./set-value.ts";

export type GrantKey = Pick<Grant, "service" | "name" | "kind">;

/** Something that a contract asks for and the store does not give. */
export interface Wish extends GrantKey {
  /** there is a value to give */
  readonly stored: boolean;
  /** for a loader name: what it does */
  readonly reason?: string;
}

export interface GrantResult extends GrantKey {
  readonly change: "given" | "unchanged";
}

export interface GrantList {
  readonly grants: readonly Grant[];
  readonly wishes: readonly Wish[];
}

/** What services may have, and what their contracts ask for beyond it. */
export async function listGrants(context: Context): Promise<GrantList> {
  demand(context, "viewer");
  const { platform } = await context.loadPlatform();
  return inEnvironment(context, async ({ grants, values }) => {
    const given = await grants.list();
    return { grants: given, wishes: wishesOf(platform, given, await values.present()) };
  });
}

/** Only what a contract asks for can be given: a grant for a name that nobody reads would wait for whoever adds it. */
export async function giveGrants(context: Context, keys: readonly GrantKey[]): Promise<readonly GrantResult[]> {
  demand(context, "admin");
  const { platform } = await context.loadPlatform();
  for (const key of keys) checkAsked(platform, key);
  return inPlatform(context, platform, async (environment, tx) => {
    const results: GrantResult[] = [];
    for (const key of keys) {
      const isNew = await environment.grants.give({ ...key, actor: context.actor.name });
      if (isNew) await record(context, tx, { action: "grant.give", subject: key.name, detail: detailOf(key) });
      results.push({ ...key, change: isNew ? "given" : "unchanged" });
    }
    return results;
  });
}

/** False when there was none. The value stays where it was delivered until the next apply. */
export async function revokeGrant(context: Context, key: GrantKey): Promise<boolean> {
  demand(context, "admin");
  checkName(key.name);
  return inEnvironment(context, async ({ grants }, tx) => {
    const taken = await grants.take(key);
    if (taken) await record(context, tx, { action: "grant.revoke", subject: key.name, detail: detailOf(key) });
    return taken;
  });
}

function detailOf({ service, kind }: GrantKey) {
  return { service, kind };
}

function checkAsked({ services }: Platform, { service: name, name: variable }: GrantKey): void {
  checkName(variable);
  const service = services.find((one) => one.name === name);
  if (service === undefined) {
    const hint = `there are ${services.map((one) => one.name).join(", ")}`;
    throw new AppError("NOT_FOUND", `no service is called ${name}`, { hint });
  }
  if (service.contract.variables.some((one) => one.name === variable)) return;
  throw new AppError("NOT_FOUND", `${name} does not ask for ${variable}`, {
    hint: `${service.contract.file} lists what it asks for`,
  });
}

/** A setting that has its default and no stored value needs nothing: it becomes a wish when someone stores one. */
function wishesOf(platform: Platform, grants: readonly Grant[], versions: readonly Version[]): readonly Wish[] {
  return platform.services.flatMap((service) =>
    service.contract.variables.flatMap((variable) => wishes(service, variable, grants, versions)),
  );
}

function wishes(
  service: Service,
  variable: Variable,
  grants: readonly Grant[],
  versions: readonly Version[],
): readonly Wish[] {
  const { name } = variable;
  const held = versions.filter((version) => version.name === name);
  const stored = held.length > 0;
  const needed = stored || variable.sensitive || (variable.active && variable.fallback === undefined);
  if (!needed || (service.values[name] !== undefined && !stored)) return [];
  const reason = loaderReason(name);
  const loses = !variable.sensitive && held.some(({ sensitive }) => sensitive);
  const kinds: readonly Grant["kind"][] = [
    "hold",
    ...(reason === undefined ? [] : ["loader" as const]),
    ...(loses ? ["clear" as const] : []),
  ];
  return kinds
    .map((kind) => ({ service: service.name, name, kind }))
    .filter((key) => !isGranted(grants, key))
    .map((key) => ({ ...key, stored, ...(key.kind === "loader" && reason !== undefined ? { reason } : {}) }));
}
