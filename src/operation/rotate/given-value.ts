import { AppError, type Sensitive } from "#kernel";
import { probe, type Verdict } from "#provider";
import { record, scopeDetail } from "../change.ts";
import { inEnvironment, type Context } from "../context.ts";
import type { RotationEvent } from "../event.ts";
import { readStock } from "../deploy/survey.ts";
import { findCredentials, type FoundCredential } from "../provider/credential.ts";
import { refuseNewAddress, valuesOf } from "../provider/probe.ts";
import { declarationsOf } from "../value/declaration.ts";
import { fitValue } from "../value/fit-value.ts";
import type { Prepared } from "./rotation-plan.ts";

export interface GivenValue {
  readonly value: Sensitive;
  /** of a pair, the other name's */
  readonly companion?: Sensitive;
  readonly origin: string;
  /** the value of a provider's variable is not looked at as something pasted */
  readonly asIs?: boolean;
  /** its own address may lie in a private network */
  readonly nearby?: boolean;
}

interface Teller {
  readonly onEvent: (event: RotationEvent) => void;
}

/**
 * A value that a person made, in the form in which it is kept. What is another kind of key is refused, and so is what its
 * provider does not take; where that can't be told, it is said. VALUES_INVALID
 */
export async function acceptGiven(
  context: Context,
  prepared: Prepared,
  given: GivenValue,
  teller: Teller,
): Promise<GivenValue> {
  refuseHalf(prepared, given);
  const { name } = prepared.plan;
  const value = fit(prepared, { ...given, name }, teller);
  const { companion: other } = prepared;
  const also =
    other === undefined || given.companion === undefined
      ? {}
      : { companion: fit(prepared, { ...given, name: other.name, value: given.companion }, teller) };
  const accepted = { ...given, value, ...also };
  await prove(context, prepared, accepted, teller);
  return accepted;
}

/** A key is proved with its secret, and neither is of use without the other. */
function refuseHalf({ plan: { name }, companion }: Prepared, given: GivenValue): void {
  if ((companion === undefined) === (given.companion === undefined)) return;
  if (companion === undefined) {
    throw new AppError("VALUES_INVALID", `${name} goes with no other name, and two values were given`, {
      hint: `\`secrets: { ${name}: { with: … } }\` in keyturn.yaml makes a pair of two names`,
    });
  }
  throw new AppError("VALUES_INVALID", `${name} goes with ${companion.name}: only one new value was given`, {
    hint: `\`keyturn rotate ${name} --value\` asks for both, or reads both as NAME=value lines`,
  });
}

interface Named extends GivenValue {
  readonly name: string;
}

function fit({ platform, plan: { scope } }: Prepared, { name, value, asIs }: Named, { onEvent }: Teller): Sensitive {
  const declarations = declarationsOf(platform, name, scope);
  const fitted = fitValue({ name, declarations, value, asIs: asIs === true });
  if (fitted.kind === "refused") {
    const { reason, hint, findings } = fitted;
    throw new AppError("VALUES_INVALID", `this value of ${name} ${reason}, nothing was stored`, { findings, hint });
  }
  for (const detail of fitted.notices) onEvent({ kind: "issuer", where: name, state: "notice", detail });
  return fitted.value;
}

/** The states in which a vendor will not work with it. */
const refused: ReadonlySet<Verdict["state"]> = new Set(["invalid", "exhausted", "blocked"]);

async function prove(context: Context, prepared: Prepared, given: GivenValue, { onEvent }: Teller): Promise<void> {
  const { name } = prepared.plan;
  const learning = prepared.plan.holders.filter(({ slots }) => slots.map !== undefined);
  for (const { service } of learning) {
    const detail = "it is not asked before: it takes the new pair once it is given it, and that is proved then";
    onEvent({ kind: "issuer", where: service, state: "notice", detail });
  }
  if (learning.length > 0) return;
  const what = prepared.companion === undefined ? `this value of ${name}` : `this pair of ${namesOf(prepared)}`;
  for (const credential of await credentialsWith(context, prepared, given)) {
    const { title } = credential.provider;
    const { state, meaning } = await ask(context, credential, given);
    if (refused.has(state)) {
      throw new AppError("VALUES_INVALID", `${title} does not take ${what}: ${meaning}`, {
        hint: `make a new one (${credential.provider.docs}), then \`keyturn rotate ${name} --value\` again`,
      });
    }
    const detail = state === "ok" ? `takes it: ${meaning}` : `not proved (${state}): ${meaning}`;
    onEvent({ kind: "issuer", where: title, state: state === "ok" ? "proved" : "notice", detail });
  }
}

function namesOf({ plan: { name }, companion }: Prepared): string {
  return companion === undefined ? name : `${name} and ${companion.name}`;
}

/** As services would have it, with this value in the place of the present one. Its use is on disk before it leaves. */
async function credentialsWith(
  context: Context,
  { platform, plan: { name, scope }, version, companion }: Prepared,
  given: GivenValue,
): Promise<readonly FoundCredential[]> {
  return inEnvironment(context, async (environment, tx) => {
    const stock = await readStock(environment);
    const opened = new Map(stock.opened).set(version.id, given.value);
    if (companion !== undefined && given.companion !== undefined) opened.set(companion.id, given.companion);
    const ids: readonly (number | undefined)[] = [version.id, companion?.id];
    const found = findCredentials(platform, { ...stock, opened }).filter(({ parts }) =>
      parts.some((part) => part.version !== undefined && ids.includes(part.version.id)),
    );
    for (const { provider } of found) {
      const detail = { provider: provider.name, version: 0, ...scopeDetail(scope) };
      await record(context, tx, { action: "value.probe", subject: name, detail });
    }
    return found;
  });
}

async function ask(context: Context, credential: FoundCredential, { nearby = false }: GivenValue): Promise<Verdict> {
  const history = await inEnvironment(context, ({ probes }) => probes.list());
  const refusal = refuseNewAddress(credential, history);
  if (refusal !== undefined) return refusal;
  const egress = await context.egress();
  return probe(credential.provider, valuesOf(credential), { egress, nearby, now: context.clock.now() });
}
