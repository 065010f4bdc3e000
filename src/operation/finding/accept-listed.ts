import { demand } from "../authority.ts";
import type { Context } from "../context.ts";
import { keyOf, type Accepted } from "../scan/accepted.ts";
import type { ToldCredential } from "../scan/sift-credentials.ts";
import type { ScanTarget } from "../scan/target.ts";
import { credentialHome } from "./keep-findings.ts";
import { lookedAt } from "./looked.ts";
import { seenBy, seenKey, type Seen } from "./seen.ts";
import { orUnwritten, type Unwritten } from "./unwritten.ts";

/** The scan whose findings the store has. */
export interface KeptScan {
  readonly target: ScanTarget;
  /** names a stream */
  readonly label?: string;
  readonly environments: readonly string[];
}

/** how many of those that the store has */
export type Marked = { readonly marked: number } | Unwritten;

interface Listed {
  readonly credentials: readonly ToldCredential[];
  /** the list's, by now */
  readonly entries: readonly Accepted[];
}

/**
 * What the list lets stand from now on is accepted where the store has it, not with the next scan only. A store that can't be
 * written takes nothing from the list. A file that is named by a value waits for the next scan, which knows what to mask.
 */
export async function acceptListed(context: Context, scan: KeptScan, listed: Listed): Promise<Marked> {
  demand(context, "operator");
  return orUnwritten(async () => ({ marked: await mark(context, scan, await seenOf(context, scan, listed)) }));
}

async function seenOf(context: Context, scan: KeptScan, { credentials, entries }: Listed): Promise<readonly Seen[]> {
  const looked = await lookedAt(context, scan.target, { ...scan, left: [] });
  if (looked === undefined) return [];
  const byKey = new Map(entries.map((entry) => [keyOf(entry), entry]));
  const told = credentials.map((one) => {
    const stands = byKey.get(keyOf({ ...one, path: one.listed }));
    return stands === undefined ? one : { ...one, stands };
  });
  return seenBy(looked, told, (path) => path);
}

async function mark(context: Context, { environments }: KeptScan, seen: readonly Seen[]): Promise<number> {
  const environment = await credentialHome(context, environments);
  if (environment === undefined || seen.length === 0) return 0;
  const store = await context.openStore();
  return store.transaction(async (tx) => {
    const { findings } = await tx.environment(environment);
    const known = new Map((await findings.list()).map((one) => [seenKey(one), one]));
    let marked = 0;
    for (const { accepted, thing, ...one } of seen) {
      const id = known.get(seenKey({ ...one, thing }))?.id;
      if (id === undefined || accepted === undefined || thing.kind !== "credential") continue;
      await findings.accept(id, accepted);
      const { reason, until } = accepted;
      const entry = { action: "finding.accept", subject: thing.format, detail: { finding: id, reason, until } };
      await tx.audit.append({ actor: context.actor, environment, ...entry });
      marked += 1;
    }
    return marked;
  });
}
