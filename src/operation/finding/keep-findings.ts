import type { LeftOut } from "#corpus";
import { lineMask, matcherOf, type Needles } from "#leak";
import type { FoundThing } from "#store";
import type { Context } from "../context.ts";
import type { ScanFinding } from "../scan/search-files.ts";
import type { StandingCredential, ToldCredential } from "../scan/sift-credentials.ts";
import type { ScanTarget } from "../scan/target.ts";
import { keepIn, type KeptCount } from "./keep-in.ts";
import { lookedAt } from "./looked.ts";
import { seenBy } from "./seen.ts";
import { orUnwritten, type Unwritten } from "./unwritten.ts";

export interface KeepRequest {
  readonly target: ScanTarget;
  /** names a stream */
  readonly label?: string;
  readonly needles: Needles;
  readonly result: ScanOutcome;
  /** credentials that the list lets stand */
  readonly standing: readonly StandingCredential[];
}

/** What a scan tells of itself, as far as it counts here. */
interface ScanOutcome {
  readonly environments: readonly string[];
  readonly findings: readonly ScanFinding[];
  readonly credentials: readonly ToldCredential[];
  readonly wanted: "both" | "values" | "formats";
  /** `NAME v3` of versions that were not looked for */
  readonly unsearchable: readonly string[];
  readonly unopened: readonly string[];
  readonly left: readonly LeftOut[];
}

export type Kept = KeptCount | Unwritten;

/** Keeps what a scan found where the store is. */
export function keepFindings(context: Context, request: KeepRequest): Promise<Kept | undefined> {
  return orUnwritten(() => keep(context, request));
}

async function keep(context: Context, request: KeepRequest): Promise<KeptCount | undefined> {
  const { target, label, needles, result, standing } = request;
  const { left, environments, findings, credentials } = result;
  const looked = await lookedAt(context, target, { left, ...(label === undefined ? {} : { label }) });
  if (looked === undefined) return undefined;
  // a file may be named by what it holds
  const mask = lineMask(() => matcherOf(needles));
  const isAny = credentials.length + standing.length > 0;
  const whose = isAny ? await credentialHome(context, environments) : undefined;
  const told = Map.groupBy([...findings, ...credentials, ...standing], (one) =>
    "format" in one ? whose : one.environment,
  );
  const seen = new Map<string, Awaited<ReturnType<typeof seenBy>>>();
  for (const name of environments) seen.set(name, await seenBy(looked, told.get(name) ?? [], mask));
  const store = await context.openStore();
  return store.transaction(async (tx) => {
    const sum = { new: 0, gone: 0, over: 0 };
    for (const [name, own] of seen) {
      const wasLookedFor = (thing: FoundThing) => isLookedFor(thing, result);
      const work = { tx, environment: await tx.environment(name), seen: own, looked, wasLookedFor };
      const count = await keepIn(context, work, { of: target.kind });
      for (const key of ["new", "gone", "over"] as const) sum[key] += count[key];
    }
    return sum;
  });
}

/** A credential is of no environment: it is kept where the command works, or in the only one that was asked for. */
export async function credentialHome(context: Context, environments: readonly string[]): Promise<string | undefined> {
  const { platform } = await context.inspectPlatform().catch(() => ({ platform: undefined }));
  const own = platform?.environment.name;
  return environments.find((name) => name === own) ?? environments[0];
}

function isLookedFor(thing: FoundThing, { wanted, unsearchable, unopened }: ScanOutcome): boolean {
  if (thing.kind === "credential") return wanted !== "values";
  const version = `${thing.name} v${thing.version}`;
  return ![...unsearchable, ...unopened].includes(version);
}
