import { AppError, type Sensitive } from "#kernel";
import type { EnvironmentStore, Transaction, Version } from "#store";
import { inPlatform, record, scopeDetail } from "../change.ts";
import type { Context } from "../context.ts";
import { refuseLost, type HeldLease } from "../deploy/lease.ts";
import { declarationsOf, misfits } from "../value/declaration.ts";
import { putValue } from "../value/put-value.ts";
import type { Prepared } from "./rotation-plan.ts";

export interface NewValue {
  /** of the rotation */
  readonly id: string;
  readonly value: Sensitive;
  /** of a pair, the other name's */
  readonly companion?: Sensitive;
  readonly origin: string;
}

/** The new value, the rotation and their entries in one transaction: from here on nobody gets a value but by its steps. */
export async function beginRotation(
  context: Context,
  lease: HeldLease,
  prepared: Prepared,
  { id, origin, ...values }: NewValue,
): Promise<void> {
  const { plan, version, platform, companion } = prepared;
  const { name, scope, compromised } = plan;
  const news = newValues(prepared, values);
  refuseMisfits(prepared, news);
  const steps = plan.steps.map(({ phase, services }) => ({ phase, services }));
  await refuseLost(context, lease);
  await inPlatform(context, platform, async (environment, tx) => {
    const stored: Version[] = [];
    for (const one of news) stored.push(await put(context, { environment, tx }, prepared, { ...one, origin }));
    const [lead, other] = stored;
    if (lead === undefined) throw new AppError("INTERNAL", `no value of ${name} was stored`);
    const both =
      companion === undefined || other === undefined
        ? {}
        : { companion: { name: companion.name, from: companion.id, to: other.id } };
    const { actor } = context;
    const from = version.id;
    await environment.rotations.begin({ id, name, scope, from, to: lead.id, ...both, compromised, steps, actor });
    if ((await environment.issuances.find(id)) !== undefined) await environment.issuances.move(id, "issued");
    await record(context, tx, {
      action: "rotation.begin",
      subject: name,
      detail: {
        rotation: id,
        from: version.number,
        to: lead.number,
        ...(companion === undefined || other === undefined
          ? {}
          : { companion: companion.name, companionFrom: companion.number, companionTo: other.number }),
        steps: steps.map(({ phase, services }) => `${phase} ${services.join(" ")}`),
        ...(compromised ? { compromised } : {}),
        ...scopeDetail(scope),
      },
    });
  });
}

interface Named {
  readonly name: string;
  readonly value: Sensitive;
}

/** Of a pair both, that of the manifest's name first. */
function newValues({ plan, companion }: Prepared, made: Pick<NewValue, "value" | "companion">): readonly Named[] {
  const lead = { name: plan.name, value: made.value };
  if (companion === undefined) return [lead];
  if (made.companion !== undefined) return [lead, { name: companion.name, value: made.companion }];
  throw new AppError("VALUES_INVALID", `${plan.name} goes with ${companion.name}, of which there is no new value`);
}

function refuseMisfits({ platform, plan: { scope } }: Prepared, news: readonly Named[]): void {
  for (const { name, value } of news) {
    const findings = misfits(declarationsOf(platform, name, scope), value);
    if (findings.length === 0) continue;
    throw new AppError("VALUES_INVALID", `this value of ${name} does not fit, nothing was stored`, { findings });
  }
}

/** Of a pair both are others: where a verifier takes two, it tells them by their keys. */
async function put(
  context: Context,
  at: { readonly environment: EnvironmentStore; readonly tx: Transaction },
  { platform, plan: { scope } }: Prepared,
  { name, value, origin }: Named & { readonly origin: string },
): Promise<Version> {
  const declarations = declarationsOf(platform, name, scope);
  const action = "value.rotate";
  const stored = await putValue(context, at, { name, scope, value, origin, declarations, action });
  if (stored.kind === "stored") return stored.version;
  throw new AppError("VALUES_INVALID", `that is the value which ${name} has already`, { hint: "give another one" });
}
