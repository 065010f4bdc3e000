import { isSetting } from "#binding";
import { AppError, type Sensitive } from "#kernel";
import { adviceFor, deadlinesOf, findProvider, probe, type Verdict } from "#provider";
import type { ProbePeriod } from "#store";
import { demand } from "../authority.ts";
import { record, scopeDetail } from "../change.ts";
import { inEnvironment, type Context } from "../context.ts";
import { readStock } from "../deploy/survey.ts";
import { findCredentials, type FoundCredential } from "./credential.ts";

export interface ProbeRequest {
  /** a provider, or the name of a variable; every credential otherwise */
  readonly only?: string;
  /** credentials may have an address in a private network */
  readonly nearby: boolean;
  /** a key may be sent to an address that is newer than the key, or that contract or manifest say */
  readonly newAddress: boolean;
}

export interface ProbedCredential extends Verdict {
  readonly provider: string;
  readonly title: string;
  readonly name: string;
  readonly version: number;
  /** the other variables that belong to it */
  readonly with: readonly string[];
  readonly targets: readonly string[];
  readonly advice: string;
  /** since when probes found this state; absent where nobody was asked */
  readonly since?: number;
  readonly milliseconds: number;
  readonly deadlines: readonly { readonly deadline: string; readonly message: string }[];
}

/**
 * Asks each provider whether the credentials in the store work, all at once. The audit entries are on disk before a value
 * leaves, and what was found is kept.
 */
export async function probeCredentials(context: Context, request: ProbeRequest): Promise<readonly ProbedCredential[]> {
  demand(context, "operator");
  const { platform } = await context.loadPlatform();
  const found = await inEnvironment(context, async (environment, tx) => {
    const all = findCredentials(platform, await readStock(environment));
    const selected = select(all, request.only);
    const history = await environment.probes.list();
    const asked = selected.map((credential) => ({
      credential,
      refusal: unreadable(credential) ?? (request.newAddress ? undefined : refuseNewAddress(credential, history)),
    }));
    for (const { credential, refusal } of asked) {
      if (refusal === undefined) await recordUse(context, tx, credential);
    }
    return asked;
  });
  const egress = await context.egress();
  return Promise.all(
    found.map(async ({ credential, refusal }) => {
      const begun = context.clock.monotonic();
      const values = valuesOf(credential);
      const now = context.clock.now();
      const verdict = refusal ?? (await probe(credential.provider, values, { egress, nearby: request.nearby, now }));
      const milliseconds = Math.round(context.clock.monotonic() - begun);
      const since = refusal === undefined ? (await keep(context, credential, verdict)).since : undefined;
      return {
        ...view(credential, verdict),
        milliseconds,
        deadlines: deadlinesOf(credential.provider, values),
        ...(since === undefined ? {} : { since }),
      };
    }),
  );
}

export function valuesOf({ parts }: FoundCredential): ReadonlyMap<string, Sensitive> {
  return new Map(parts.flatMap(({ field, value }) => (value === undefined ? [] : [[field.id, value] as const])));
}

/** Periods of the same state, newest first. */
export async function probeHistory(context: Context, only?: string): Promise<readonly ProbePeriod[]> {
  demand(context, "viewer");
  const periods = await inEnvironment(context, ({ probes }) => probes.list());
  const provider = only === undefined ? undefined : findProvider(only);
  const selected = periods.filter(
    (period) => only === undefined || period.name === only || period.provider === provider?.name,
  );
  if (only !== undefined && selected.length === 0)
    throw new AppError("NOT_FOUND", "nothing of that name was probed yet");
  return selected;
}

function select(all: readonly FoundCredential[], only: string | undefined): readonly FoundCredential[] {
  if (only === undefined) return all;
  const provider = findProvider(only);
  const selected = all.filter((one) => one.provider === provider || one.parts.some(({ name }) => name === only));
  if (selected.length > 0) return selected;
  throw new AppError("NOT_FOUND", "the store holds no credential of that name for a service of this platform", {
    hint: "name a provider (docs/providers.md) or a variable; without a name every credential is probed",
  });
}

function unreadable({ parts }: FoundCredential): Verdict | undefined {
  const closed = parts.find(({ value }) => value === undefined);
  if (closed === undefined) return undefined;
  return { state: "inconclusive", meaning: `${closed.name} is stored, but can't be opened` };
}

/**
 * A stored key goes to an address only when the address was there before the key, or when the key was probed there
 * before. Who may change a contract, or an address alone, must not be able to draw keys.
 */
export function refuseNewAddress(credential: FoundCredential, history: readonly ProbePeriod[]): Verdict | undefined {
  const [main] = credential.parts;
  const address = addressOf(credential);
  if (address === undefined) return undefined;
  const probed = history.some(
    (period) =>
      period.name === main.name && period.fingerprint === main.fingerprint && period.address === address.fingerprint,
  );
  if (probed || (address.version !== undefined && address.version.id < (main.version?.id ?? 0))) return undefined;
  const why = address.version === undefined ? `is said by the ${address.origin}` : "was set after the key";
  return { state: "inconclusive", meaning: `${address.name} ${why}: --new-address sends the key there` };
}

function addressOf({ provider, parts }: FoundCredential): FoundCredential["parts"][number] | undefined {
  const base = provider.probe.kind === "http" ? provider.probe.base : undefined;
  return base === undefined ? undefined : parts.find(({ field }) => field.id === base);
}

async function recordUse(
  context: Context,
  tx: Parameters<typeof record>[1],
  { provider, parts: [main, ...others] }: FoundCredential,
): Promise<void> {
  await record(context, tx, {
    action: "value.probe",
    subject: main.name,
    detail: {
      provider: provider.name,
      version: main.version?.number ?? 0,
      ...scopeDetail(main.version?.scope ?? {}),
      ...(others.length === 0 ? {} : { with: others.map(({ name }) => name) }),
    },
  });
}

function keep(context: Context, credential: FoundCredential, verdict: Verdict): Promise<ProbePeriod> {
  const {
    provider,
    parts: [main],
  } = credential;
  return inEnvironment(context, ({ probes }) =>
    probes.record({
      state: verdict.state,
      meaning: verdict.meaning,
      provider: provider.name,
      name: main.name,
      version: main.version?.number ?? 0,
      fingerprint: main.fingerprint,
      address: addressOf(credential)?.fingerprint ?? "",
      actor: context.actor,
    }),
  );
}

function view({ provider, parts: [main, ...others], targets }: FoundCredential, { state, meaning }: Verdict) {
  return {
    provider: provider.name,
    title: provider.title,
    name: main.name,
    version: main.version?.number ?? 0,
    with: others.map(({ name }) => name),
    targets,
    state,
    meaning,
    advice: adviceFor(state, { docs: provider.docs, command: setterOf(provider, main) }),
  };
}

/** What is saved in the provider settings is changed there: a deploy secret beside it would be without effect. */
function setterOf(
  { name: provider }: FoundCredential["provider"],
  { name, version }: FoundCredential["parts"][number],
) {
  const isSaved = version !== undefined && isSetting(version);
  return isSaved ? `keyturn settings set ${provider}` : `keyturn set ${name}`;
}
