import { join } from "node:path";
import { verifyLog, type AuditEntry } from "#audit";
import { loadKek, openStore, type Rollout } from "#store";
import type { Scene } from "./scene.ts";

/** What the store remembers, read by opening it as any command would. */
export interface Trail {
  readonly rollouts: readonly Omit<Rollout, "plan">[];
  readonly entries: readonly AuditEntry[];
  /** what is wrong with the audit tree, or nothing */
  readonly broken: string | undefined;
}

/** A store that doesn't open throws. */
export async function readTrail(scene: Scene): Promise<Trail> {
  const kek = await loadKek({ kind: "file", path: join(scene.home, "plain.key") });
  const store = await openStore({ folder: scene.home, kek });
  try {
    return await store.transaction(async (tx) => {
      const entries: AuditEntry[] = [];
      for await (const entry of tx.audit.all()) entries.push(entry);
      const { rollouts } = await tx.environment("lab");
      const verdict = await verifyLog(entries, await tx.audit.head(), []);
      const broken = verdict.kind === "sound" ? undefined : verdict.reason;
      return { rollouts: await rollouts.latest(1000), entries, broken };
    });
  } finally {
    await store.close();
  }
}

const endings: ReadonlySet<string> = new Set(
  ["done", "untouched", "returned", "stranded", "abandoned"].map((ending) => `rollout.${ending}`),
);

/** Every rollout has ended, and the audit log tells of its end as of its beginning. */
export function trailFaults({ rollouts, entries, broken }: Trail): readonly string[] {
  const told = entries.filter(({ action }) => action.startsWith("rollout."));
  const untold = (id: string, ended: boolean) =>
    !told.some(({ action, detail }) => detail["rollout"] === id && endings.has(action) === ended);
  return [
    ...(broken === undefined ? [] : [`the audit tree does not verify: ${broken}`]),
    ...rollouts.flatMap(({ id, state, release }) => [
      ...(state === "running" ? [`the rollout of r${release} is open after the next run`] : []),
      ...(untold(id, false) ? [`the audit log does not tell that r${release} was begun`] : []),
      ...(state !== "running" && untold(id, true) ? [`the audit log does not tell how r${release} ended`] : []),
    ]),
  ];
}
