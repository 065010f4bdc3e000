import {
  appendLeaf,
  emptyFrontier,
  entryOf,
  headOf,
  signCheckpoint,
  type AuditEntry,
  type AuditHead,
  type Frontier,
  type NewAuditEntry,
} from "#audit";
import type { Selectable } from "kysely";
import { currentKeyring, originOf } from "./keyring.ts";
import type { AuditEntryTable } from "./schema.ts";
import type { Session } from "./session.ts";
import type { AuditLog } from "./store.ts";

const pageSize = 1000;

export function auditLog(session: Session): AuditLog {
  return {
    append: (entry) => append(session, entry),
    head: async () => headOf(await frontier(session)),
    list: (filter) => list(session, filter),
    checkpoint: () => checkpoint(session),
    all: () => all(session),
    foreign: (heads) => foreign(session, heads),
  };
}

async function append(session: Session, entry: NewAuditEntry): Promise<AuditEntry> {
  const tree = await frontier(session);
  const full = entryOf(entry, tree.size + 1, session.clock.now());
  const { seq, at, actor, action, environment, subject, detail, leaf } = full;
  const text = JSON.stringify(detail);
  await session.tx
    .insertInto("audit_entry")
    .values({ seq, at, actor: actor.name, action, environment: environment ?? null, subject, detail: text, leaf })
    .execute();
  const grown = appendLeaf(tree, leaf);
  const stored = { size: grown.size, nodes: grown.nodes.join(" ") };
  await session.tx
    .insertInto("audit_tree")
    .values({ id: 1, ...stored })
    .onConflict((conflict) => conflict.column("id").doUpdateSet(stored))
    .execute();
  return full;
}

async function list(session: Session, filter: Parameters<AuditLog["list"]>[0]): Promise<readonly AuditEntry[]> {
  let query = session.tx.selectFrom("audit_entry").selectAll().orderBy("seq", "desc").limit(filter.limit);
  if (filter.environment !== undefined) query = query.where("environment", "=", filter.environment);
  if (filter.subject !== undefined) query = query.where("subject", "=", filter.subject);
  if (filter.actions !== undefined) query = query.where("action", "in", filter.actions);
  return (await query.execute()).map(entryFrom);
}

async function checkpoint(session: Session): Promise<string> {
  const { tx, keyring, clock } = session;
  const key = keyring.signingKey(await currentKeyring(tx, keyring));
  const head = headOf(await frontier(session));
  const note = signCheckpoint({ origin: originOf(keyring.store), head }, key);
  await tx
    .insertInto("audit_checkpoint")
    .values({ size: head.size, at: clock.now(), note })
    .onConflict((conflict) => conflict.column("size").doNothing())
    .execute();
  return note;
}

/** One pass over the leaves up to the largest head: a hash or two each. */
async function foreign({ tx }: Session, heads: readonly AuditHead[]): Promise<readonly AuditHead[]> {
  const left = heads.toSorted((a, b) => a.size - b.size);
  const strange: AuditHead[] = [];
  let tree = emptyFrontier;
  const check = () => {
    for (let next = left[0]; next?.size === tree.size; next = left[0]) {
      if (next.root !== headOf(tree).root) strange.push(next);
      left.shift();
    }
  };
  check();
  while (left.length > 0) {
    const query = tx.selectFrom("audit_entry").select("leaf").where("seq", ">", tree.size).orderBy("seq");
    const rows = await query.limit(pageSize).execute();
    if (rows.length === 0) break;
    for (const { leaf } of rows) {
      tree = appendLeaf(tree, leaf);
      check();
    }
  }
  return [...strange, ...left];
}

async function* all({ tx }: Session): AsyncIterable<AuditEntry> {
  for (let last = 0; ;) {
    const query = tx.selectFrom("audit_entry").selectAll().where("seq", ">", last).orderBy("seq").limit(pageSize);
    const rows = await query.execute();
    yield* rows.map(entryFrom);
    const end = rows.at(-1);
    if (end === undefined) return;
    last = end.seq;
  }
}

/** The tree's right edge is kept, so that a head costs the same however long the log is. */
async function frontier({ tx }: Session): Promise<Frontier> {
  const row = await tx.selectFrom("audit_tree").select(["size", "nodes"]).executeTakeFirst();
  if (row === undefined || row.size === 0) return emptyFrontier;
  return { size: row.size, nodes: row.nodes.split(" ") };
}

function entryFrom(row: Selectable<AuditEntryTable>): AuditEntry {
  return {
    seq: row.seq,
    at: row.at,
    actor: { name: row.actor },
    action: row.action,
    ...(row.environment === null ? {} : { environment: row.environment }),
    subject: row.subject,
    detail: detailFrom(row.detail),
    leaf: row.leaf,
  };
}

/** Text that someone damaged must not stop the reader: the leaf no longer fits, and the verifier names the entry. */
function detailFrom(text: string): AuditEntry["detail"] {
  try {
    const detail = JSON.parse(text) as AuditEntry["detail"] | null;
    return typeof detail === "object" && detail !== null ? detail : { unreadable: true };
  } catch {
    return { unreadable: true };
  }
}
