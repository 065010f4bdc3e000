import { bindService, placeOf, versionFor, type Stock } from "#binding";
import type { Platform, Variable } from "#contract";
import { dialects } from "#dialect";
import { AppError, type Fingerprint, type Position } from "#kernel";
import { readSource } from "#source";
import type { Grant, Scope, Version } from "#store";
import { demand } from "../authority.ts";
import { inEnvironment, type Context, type LoadedPlatform } from "../context.ts";
import { declarationsOf, isGranted, type Declaration } from "./declaration.ts";
import { checkName } from "./set-value.ts";
import { readStock } from "../deploy/survey.ts";

export interface Explanation {
  readonly name: string;
  readonly targets: readonly ExplainedTarget[];
  /** sources of the manifest that hold the name as well; `apply --source` takes values over from there */
  readonly sources: readonly { readonly label: string; readonly fingerprint: Fingerprint }[];
}

export interface ExplainedTarget {
  readonly service: string;
  readonly host: string;
  readonly winner?: Candidate;
  /** held as well and passed over, nearest first */
  readonly shadowed: readonly Candidate[];
  readonly grants: readonly Grant["kind"][];
  readonly contract: Pick<Variable, "position" | "sensitive" | "active" | "requirement" | "description" | "derive">;
}

export interface Candidate {
  readonly kind: "store" | "manifest" | "contract";
  readonly scope?: Scope;
  readonly version?: number;
  readonly origin?: string;
  /** absent for text that was not resolved because it does not apply */
  readonly fingerprint?: Fingerprint;
  readonly position?: Position;
  /** why it is passed over although it would be nearer */
  readonly because?: "no-grant" | "unreadable";
}

/** Why a name has the value that it has, target by target; fingerprints only. */
export async function explainValue(
  context: Context,
  { name, host }: { readonly name: string; readonly host?: string },
): Promise<Explanation> {
  demand(context, "viewer");
  checkName(name);
  const loaded = await context.loadPlatform();
  const declarations = declarationsFor(loaded.platform, name, host);
  const stock = await inEnvironment(context, readStock);
  const targets = declarations.flatMap((declaration) =>
    declaration.service.hosts
      .filter((one) => host === undefined || one === host)
      .map((one) => explainTarget(declaration, one, stock)),
  );
  return { name, targets, sources: await otherSources(context, loaded, name) };
}

function declarationsFor(platform: Platform, name: string, host: string | undefined): readonly Declaration[] {
  const known = platform.hosts.map((one) => one.name);
  if (host !== undefined && !known.includes(host)) {
    throw new AppError("NOT_FOUND", `no host is called ${host}`, { hint: `there are ${known.join(", ")}` });
  }
  const declarations = declarationsOf(platform, name, host === undefined ? {} : { host });
  if (declarations.length > 0) return declarations;
  const where = host === undefined ? "of this platform" : `of a service on ${host}`;
  throw new AppError("NOT_FOUND", `no contract ${where} declares ${name}`);
}

function explainTarget({ service, variable }: Declaration, host: string, stock: Stock): ExplainedTarget {
  const bound = bindService(service, host, stock).variables.find((one) => one.name === variable.name);
  const candidates = candidatesOf({ service, variable }, host, stock);
  const at = candidates.findIndex(({ kind, because }) => kind === bound?.origin && because === undefined);
  const winner = at === -1 || bound === undefined ? undefined : candidates[at];
  const { position, sensitive, active, requirement, description, derive } = variable;
  return {
    service: service.name,
    host,
    ...(winner === undefined || bound === undefined ? {} : { winner: { ...winner, fingerprint: bound.fingerprint } }),
    shadowed: candidates.filter((candidate) => candidate !== winner),
    grants: stock.grants
      .filter((grant) => grant.service === service.name && grant.name === variable.name)
      .map(({ kind }) => kind),
    contract: {
      position,
      sensitive,
      active,
      requirement,
      description,
      ...(derive === undefined ? {} : { derive }),
    },
  };
}

/** Nearest first: stored versions by scope, the manifest's text, the contract's own. */
function candidatesOf({ service, variable }: Declaration, host: string, stock: Stock): readonly Candidate[] {
  const { name, position } = variable;
  const scoped = versionFor(stock.versions.get(name) ?? [], placeOf(service, host));
  const stored = scoped === undefined ? [] : [scoped.winner, ...scoped.shadowed];
  const granted = isGranted(stock.grants, { service: service.name, name, kind: "hold" });
  const manifest =
    service.values[name] === undefined ? [] : [{ kind: "manifest", position: service.position } as const];
  const contract = variable.active && variable.fallback !== undefined ? [{ kind: "contract", position } as const] : [];
  return [...stored.map((version) => storedCandidate(version, granted, stock)), ...manifest, ...contract];
}

function storedCandidate(version: Version, granted: boolean, { opened }: Stock): Candidate {
  const { id, scope, number, origin, fingerprint } = version;
  const because = granted ? (opened.has(id) ? undefined : "unreadable") : "no-grant";
  return {
    kind: "store",
    scope,
    version: number,
    origin,
    fingerprint,
    ...(because === undefined ? {} : { because }),
  };
}

/** A source that can't be read today is none of this question's business. */
async function otherSources(
  context: Context,
  { platform, folder }: LoadedPlatform,
  name: string,
): Promise<Explanation["sources"]> {
  const sources = [];
  for (const entry of platform.sources) {
    if (entry.kind === "store") continue;
    const reading = await readSource(entry, {
      names: [name],
      environment: context.processEnvironment,
      folder,
      readDotenv: (bytes) => dialects.dotenv.read(bytes),
    }).catch((error: unknown) => {
      if (error instanceof AppError) return undefined;
      throw error;
    });
    for (const { value } of reading?.values ?? []) {
      const fingerprint = await inEnvironment(context, async (environment) => environment.fingerprint(name, value));
      sources.push({ label: reading?.label ?? "", fingerprint });
    }
  }
  return sources;
}
