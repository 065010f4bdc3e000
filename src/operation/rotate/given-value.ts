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
  const { name, scope } = prepared.plan;
  const declarations = declarationsOf(prepared.platform, name, scope);
  const fitted = fitValue({ name, declarations, value: given.value, asIs: given.asIs === true });
  if (fitted.kind === "refused") {
    const { reason, hint, findings } = fitted;
    throw new AppError("VALUES_INVALID", `this value of ${name} ${reason}, nothing was stored`, { findings, hint });
  }
  for (const detail of fitted.notices) teller.onEvent({ kind: "issuer", where: name, state: "notice", detail });
  const accepted = { ...given, value: fitted.value };
  await prove(context, prepared, accepted, teller);
  return accepted;
}

/** The states in which a vendor will not work with it. */
const refused: ReadonlySet<Verdict["state"]> = new Set(["invalid", "exhausted", "blocked"]);

async function prove(context: Context, prepared: Prepared, given: GivenValue, { onEvent }: Teller): Promise<void> {
  const { name } = prepared.plan;
  for (const credential of await credentialsWith(context, prepared, given.value)) {
    const { title } = credential.provider;
    const { state, meaning } = await ask(context, credential, given);
    if (refused.has(state)) {
      throw new AppError("VALUES_INVALID", `${title} does not take this value of ${name}: ${meaning}`, {
        hint: `make a new one (${credential.provider.docs}), then \`keyturn rotate ${name} --value\` again`,
      });
    }
    const detail = state === "ok" ? `takes it: ${meaning}` : `not proved (${state}): ${meaning}`;
    onEvent({ kind: "issuer", where: title, state: state === "ok" ? "proved" : "notice", detail });
  }
}

/** As services would have it, with this value in the place of the present one. Its use is on disk before it leaves. */
async function credentialsWith(
  context: Context,
  { platform, plan: { name, scope }, version }: Prepared,
  value: Sensitive,
): Promise<readonly FoundCredential[]> {
  return inEnvironment(context, async (environment, tx) => {
    const stock = await readStock(environment);
    const opened = new Map(stock.opened).set(version.id, value);
    const found = findCredentials(platform, { ...stock, opened }).filter(({ parts }) =>
      parts.some((part) => part.version?.id === version.id),
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
