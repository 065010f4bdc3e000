import { searchWithKit, type Host, type HostCandidate, type KitSearched } from "#host";
import { AppError } from "#kernel";
import { makeKit, programView, spanDigest, type Kit, type ProgramView } from "#leak";
import type { Transaction, Version } from "#store";
import { kitSecret, kitValues } from "../kit/kit-values.ts";

/** One kit for all hosts of a search, and what confirms its candidates here. */
export interface HostKit {
  readonly view: ProgramView;
  /** versions that it finds, by their ids */
  readonly versions: ReadonlyMap<number, Version>;
  /** by the digest of their value */
  readonly bySpan: ReadonlyMap<string, readonly Version[]>;
}

/** The kit that `scan-kit export` would write for the environment: another one would tell more than that. */
export async function makeHostKit(tx: Transaction, environment: string, madeAt: number): Promise<HostKit | undefined> {
  const secret = await kitSecret(tx);
  const { fitting } = await kitValues(await tx.environment(environment));
  if (secret === undefined || fitting.length === 0) return undefined;
  const kit: Kit = makeKit(secret, fitting, { madeAt, names: false });
  const digest = spanDigest(kit);
  const spans = fitting.map(({ value, version }) => ({ span: digest(value.reveal()), version }));
  const bySpan = Map.groupBy(spans, ({ span }) => span);
  return {
    view: programView(kit),
    versions: new Map(fitting.map(({ version }) => [version.id, version])),
    bySpan: new Map([...bySpan].map(([span, found]) => [span, found.map(({ version }) => version)])),
  };
}

/** What the kit's part of a search came to on one host. */
export interface KitOnHost extends Pick<KitSearched, "looked" | "unread"> {
  readonly state: KitSearched["state"];
  /** versions that it looked for: the host does not hold them */
  readonly values: number;
}

export interface KitFound extends Pick<HostCandidate, "encoding" | "where"> {
  readonly version: Version;
}

export interface KitRequest {
  readonly folders: readonly string[];
  readonly limit: number;
  /** ids of versions that the host holds: its helper has looked for them */
  readonly held: ReadonlySet<number>;
  readonly signal?: AbortSignal;
}

/** Candidates are confirmed here: what is no value, or one that the host holds, is not told. */
export async function searchForOthers(
  host: Host,
  kit: HostKit,
  { held, ...request }: KitRequest,
): Promise<{ readonly kit: KitOnHost; readonly found: readonly KitFound[] }> {
  const values = [...kit.versions.keys()].filter((id) => !held.has(id)).length;
  try {
    const { state, candidates, looked, unread } = await searchWithKit(host, { kit: kit.view, ...request });
    const found = candidates.flatMap(({ spans, encoding, where }) =>
      spans
        .flatMap((span) => kit.bySpan.get(span) ?? [])
        .filter(({ id }) => !held.has(id))
        .map((version) => ({ version, encoding, where })),
    );
    return { kit: { state, values, looked, unread }, found };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { kit: { state: "failed", values, looked: {}, unread: 0 }, found: [] };
  }
}
