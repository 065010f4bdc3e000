import { openCheckpoint, parseHead, verifyLog, type AuditEntry, type AuditHead } from "#audit";
import type { HostEntry, Platform } from "#contract";
import { addressOf } from "#delivery";
import { AppError } from "#kernel";
import type { Store } from "#store";
import type { Context } from "../context.ts";
import { ownerOf } from "../owner.ts";

export interface VerifyRequest {
  /** hosts whose heads are compared; `all` is every one of the environment */
  readonly against: readonly string[];
  /** a checkpoint that was kept elsewhere, and the key that it is checked with: the store's own, if none was kept */
  readonly checkpoint?: { readonly note: string; readonly verifier?: string };
}

export interface VerifyResult {
  readonly head: AuditHead;
  /** whose heads are a beginning of this log */
  readonly witnesses: readonly { readonly name: string; readonly size: number }[];
  /** hosts that were asked and have no head of this store, or could not be asked */
  readonly unseen: readonly { readonly host: string; readonly reason: string }[];
}

/**
 * Recomputes the whole log and compares it with the store's own head, a checkpoint, and what hosts were given with each
 * apply. AUDIT_BROKEN names the first entry that can't be trusted.
 */
export async function verifyAudit(context: Context, request: VerifyRequest): Promise<VerifyResult> {
  const store = await context.openStore();
  const { entries, head } = await store.transaction(async ({ audit }) => {
    const all: AuditEntry[] = [];
    for await (const entry of audit.all()) all.push(entry);
    return { entries: all, head: await audit.head() };
  });
  await prove(entries, head, "the store's own head");
  const kept = request.checkpoint === undefined ? [] : [checkpointHead(request.checkpoint, store)];
  const asked = await askHosts(context, request.against);
  const witnesses = [...kept, ...asked.flatMap(({ heads }) => heads)];
  for (const { name, head: witnessed } of witnesses) await prove(entries, head, name, witnessed);
  return {
    head,
    witnesses: witnesses.map(({ name, head: { size } }) => ({ name, size })),
    unseen: asked.flatMap(({ unseen }) => unseen),
  };
}

/** The head as it is now, signed with the store's key: kept off the machine, it shows whatever is changed later. */
export async function signAudit(context: Context): Promise<{ readonly checkpoint: string; readonly verifier: string }> {
  const store = await context.openStore();
  return { checkpoint: await store.transaction(({ audit }) => audit.checkpoint()), verifier: store.verifier };
}

async function prove(
  entries: readonly AuditEntry[],
  head: AuditHead,
  by: string,
  witnessed?: AuditHead,
): Promise<void> {
  const verdict = await verifyLog(entries, head, witnessed === undefined ? [] : [witnessed]);
  if (verdict.kind === "sound") return;
  throw new AppError("AUDIT_BROKEN", `${verdict.reason} (against ${by})`, {
    data: { entry: verdict.seq, against: by },
  });
}

interface Witness {
  readonly name: string;
  readonly head: AuditHead;
}

function checkpointHead({ note, verifier }: NonNullable<VerifyRequest["checkpoint"]>, store: Store): Witness {
  const opened = openCheckpoint(note, verifier ?? store.verifier);
  if (opened !== undefined) return { name: "the checkpoint", head: opened.head };
  throw new AppError("AUDIT_BROKEN", "the checkpoint is not signed with this log's key", {
    hint: "it belongs to another store, was changed, or the store's key was replaced",
  });
}

interface Asked {
  readonly heads: readonly Witness[];
  readonly unseen: VerifyResult["unseen"];
}

async function askHosts(context: Context, names: readonly string[]): Promise<readonly Asked[]> {
  if (names.length === 0) return [];
  const { platform } = await context.loadPlatform();
  const owner = await ownerOf(context, platform);
  return Promise.all(chosen(platform, names).map((entry) => askHost(context, platform, entry, owner)));
}

function chosen({ hosts }: Platform, names: readonly string[]): readonly HostEntry[] {
  if (names.includes("all")) return hosts;
  return names.map((name) => {
    const entry = hosts.find((host) => host.name === name);
    if (entry !== undefined) return entry;
    const hint = `there are ${hosts.map((host) => host.name).join(", ")}`;
    throw new AppError("NOT_FOUND", `no host is called ${name}`, { hint });
  });
}

async function askHost(context: Context, platform: Platform, entry: HostEntry, owner: string): Promise<Asked> {
  const services = platform.services.filter(({ hosts }) => hosts.includes(entry.name));
  try {
    const targets = await context.connect(entry).observe(services.map((service) => addressOf(service, entry.name)));
    const heads = targets.flatMap((target): readonly Witness[] => {
      if (target.owner.kind !== "owned" || target.owner.owner !== owner) return [];
      const head = parseHead(target.owner.auditHead);
      return head === undefined ? [] : [{ name: target.target, head }];
    });
    return { heads, unseen: heads.length > 0 ? [] : [{ host: entry.name, reason: "it keeps no head of this store" }] };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { heads: [], unseen: [{ host: entry.name, reason: error.message }] };
  }
}
